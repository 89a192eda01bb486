import type { Core } from "./core.js";

/** Marks grow with every search, so that none has to be wiped; before they would leave 32 bits they start anew. */
const HIGHEST_MARK = 2 ** 30;

/** One half of a search: everything within some distance of its origin, level by level. */
interface Ball {
  readonly rows: Int32Array;
  readonly next: Int32Array;
  /** By node: `base` + its distance, where it is inside; below `base` where it is not. */
  readonly marks: Int32Array;
  readonly queue: Int32Array;
  base: number;
  radius: number;
  /** The outermost level is `queue[from] .. queue[to - 1]`. */
  from: number;
  to: number;
}

function ball(size: number, rows: Int32Array, next: Int32Array): Ball {
  const marks = new Int32Array(size);
  const queue = new Int32Array(size);
  return { rows, next, marks, queue, base: 1, radius: 0, from: 0, to: 0 };
}

function begin(ball: Ball, origin: number): void {
  ball.base += ball.radius + 1;
  if (ball.base > HIGHEST_MARK) {
    ball.marks.fill(0);
    ball.base = 1;
  }
  ball.radius = 0;
  ball.from = 0;
  ball.to = 1;
  ball.queue[0] = origin;
  ball.marks[origin] = ball.base;
}

/**
 * Distances from one node to several, by breadth-first search from both ends: one ball around the node, which serves
 * all of them, and one around each of the others, against the edges, until the two touch.
 */
export class Meeting {
  /** How many edges were looked at, over all searches. */
  effort = 0;
  readonly #ahead: Ball;
  readonly #behind: Ball;
  #met = -1;
  /** How many nodes one has to widen from, on average, to hit one certain node. */
  readonly #spread: number;

  constructor({ size, rows, targets, backRows, sources }: Core) {
    this.#spread = size ** 2 / Math.max(1, targets.length);
    this.#ahead = ball(size, rows, targets);
    this.#behind = ball(size, backRows, sources);
  }

  /** All that follows is about distances from `origin`. */
  from(origin: number): void {
    begin(this.#ahead, origin);
  }

  /**
   * How many edges it takes to get to `end`, which must be in the same component.
   * @param others how many more ends are asked for after this one: the wider the first ball may get
   */
  distanceTo(end: number, others = 0): number {
    const ahead = this.#ahead;
    const behind = this.#behind;
    this.#met = end;
    begin(behind, end);
    if (ahead.marks[end] >= ahead.base) return ahead.marks[end] - ahead.base;
    do {
      // The first ball serves the other ends as well; the second one is done where it touches the first, which it does
      // the sooner the more of the graph that fills.
      const costAhead = (ahead.to - ahead.from) / (others + 1);
      const costBehind = Math.min(behind.to - behind.from, this.#spread / ahead.to);
      this.#met =
        costAhead <= costBehind ? this.#widen(ahead, behind, true) : this.#widen(behind, ahead, false);
    } while (this.#met < 0);
    return ahead.radius + behind.radius;
  }

  /** The nodes of a shortest way to the end that distanceTo() was last asked for, from the origin to that end. */
  path(): number[] {
    const first = this.#inward(this.#ahead, this.#behind, this.#met).reverse();
    return [...first, this.#met, ...this.#inward(this.#behind, this.#ahead, this.#met)];
  }

  /**
   * Adds one level to a ball; returns a node of it that is in the other one, too, or -1. The balls did not touch
   * before, so the distance between their origins is then the sum of their radii, whichever node that is.
   */
  #widen(ball: Ball, other: Ball, whole: boolean): number {
    const { rows, next, marks, queue, base, to } = ball;
    const mark = base + ball.radius + 1;
    const met = other.marks;
    const touching = other.base;
    let end = to;
    let touched = -1;
    let effort = 0;
    for (let i = ball.from; i < to; i++) {
      const node = queue[i];
      effort += rows[node + 1] - rows[node];
      for (let e = rows[node]; e < rows[node + 1]; e++) {
        const reached = next[e];
        if (marks[reached] >= base) continue;
        marks[reached] = mark;
        if (met[reached] >= touching) {
          touched = reached;
          // The second ball is done with now; the first one has to be whole for the ends that follow.
          if (!whole) break;
        }
        queue[end++] = reached;
      }
      if (touched >= 0 && !whole) break;
    }
    this.effort += effort;
    ball.radius++;
    ball.from = to;
    ball.to = end;
    return touched;
  }

  /** From a node of a ball to its origin, both left out and in, level by level: over the other ball's edges. */
  #inward({ marks, base }: Ball, { rows, next }: Ball, node: number): number[] {
    const way: number[] = [];
    for (let here = node; marks[here] > base; ) {
      let e = rows[here];
      while (marks[next[e]] !== marks[here] - 1) e++;
      here = next[e];
      way.push(here);
    }
    return way;
  }
}

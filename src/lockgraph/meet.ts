import type { Core } from "./core.js";

/** Which nodes come next, by node: `ends[rows[v]] .. ends[rows[v + 1] - 1]`. */
interface Steps {
  readonly rows: Int32Array;
  readonly ends: Int32Array;
}

/** One half of a search: everything within some distance of its origin, level by level. */
interface Ball {
  readonly steps: Steps;
  /** What is exactly two steps away, where that is worth keeping. */
  readonly twoSteps: Steps | undefined;
  /** At `2 * node + side`: `base` + its distance, where it is inside; below `base` where it is not. */
  readonly marks: Int32Array;
  readonly side: number;
  /** The outermost level is `queue[from] .. queue[to - 1]`, the one within it begins at `before`. */
  readonly queue: Int32Array;
  base: number;
  radius: number;
  before: number;
  from: number;
  to: number;
}

function ballOf(
  size: number,
  marks: Int32Array,
  side: number,
  steps: Steps,
  twoSteps: Steps | undefined,
): Ball {
  const queue = new Int32Array(size);
  return { steps, twoSteps, marks, side, queue, base: 1, radius: 0, before: 0, from: 0, to: 0 };
}

/** Marks grow with every search, so that none has to be wiped; before they would leave 32 bits they start anew. */
const HIGHEST_BASE = 2 ** 30;

function begin(ball: Ball, origin: number): void {
  ball.base += ball.radius + 1;
  if (ball.base > HIGHEST_BASE) {
    for (let i = ball.side; i < ball.marks.length; i += 2) ball.marks[i] = 0;
    ball.base = 1;
  }
  ball.radius = 0;
  ball.before = 0;
  ball.from = 0;
  ball.to = 1;
  ball.queue[0] = origin;
  ball.marks[2 * origin + ball.side] = ball.base;
}

/** The distance of a node from a ball's origin, negative where it is not inside. */
function distanceIn({ marks, side, base }: Ball, node: number): number {
  return marks[2 * node + side] - base;
}

/**
 * Distances within a core from one node to several, by breadth-first search from both ends: one ball around the node,
 * which serves all of them, and one around each of the others, against the edges, until the two touch.
 */
export class Meeting {
  /** How many edges were looked at, over all searches. */
  effort = 0;
  readonly #ahead: Ball;
  readonly #behind: Ball;
  readonly #component: Int32Array;
  /** Nodes for each edge. */
  readonly #sparsity: number;
  #spread = 0;
  #met = -1;

  /** @param many whether so many searches will be made that it pays to prepare for them */
  constructor({ size, rows, targets, backRows, sources, componentSizes }: Core, many: boolean) {
    const forward = { rows, ends: targets };
    const backward = { rows: backRows, ends: sources };
    const marks = new Int32Array(2 * size);
    this.#ahead = ballOf(size, marks, 0, forward, many ? twice(size, forward, backward) : undefined);
    this.#behind = ballOf(size, marks, 1, backward, many ? twice(size, backward, forward) : undefined);
    this.#component = componentSizes;
    this.#sparsity = size / Math.max(1, targets.length);
  }

  /** All that follows is about distances from `origin`. */
  from(origin: number): void {
    begin(this.#ahead, origin);
    this.#spread = this.#component[origin] * this.#sparsity;
  }

  /**
   * How many edges it takes to get to `end`, which must be in the same component.
   * @param others how many more ends are asked for after this one: the wider the first ball may get
   */
  distanceTo(end: number, others = 0): number {
    const ahead = this.#ahead;
    const behind = this.#behind;
    this.#met = distanceIn(ahead, end) >= 0 ? end : -1;
    begin(behind, end);
    while (this.#met < 0) {
      // The first ball serves the other ends as well. The second one is done where it touches the first, which takes
      // the fewer tries the more of the component that fills.
      const costAhead = (ahead.to - ahead.from) / (others + 1);
      const costBehind = Math.min(behind.to - behind.from, this.#spread / ahead.to);
      this.#met =
        costAhead <= costBehind ? this.#widen(ahead, behind, true) : this.#widen(behind, ahead, false);
    }
    return distanceIn(ahead, this.#met) + distanceIn(behind, this.#met);
  }

  /** The nodes of a shortest way to the end that distanceTo() was last asked for, from the origin to that end. */
  path(): number[] {
    const first = inward(this.#ahead, this.#behind, this.#met).reverse();
    return [...first, this.#met, ...inward(this.#behind, this.#ahead, this.#met)];
  }

  /**
   * Adds one level to a ball; returns a node of it that is in the other one, too, or -1. The balls did not touch
   * before, so the distance between their origins is then the sum of their radii, whichever node that is.
   * @param whole whether to add all of the level even so
   */
  #widen(ball: Ball, other: Ball, whole: boolean): number {
    const { steps, twoSteps, marks, side, base, queue, to } = ball;
    const { rows, ends } = twoSteps === undefined || ball.radius === 0 ? steps : twoSteps;
    const [first, last] = rows === steps.rows ? [ball.from, to] : [ball.before, ball.from];
    const mark = base + ball.radius + 1;
    const otherSide = other.side;
    const otherBase = other.base;
    let tail = to;
    let touched = -1;
    let effort = 0;
    for (let i = first; i < last && (touched < 0 || whole); i++) {
      const node = queue[i];
      const end = rows[node + 1];
      effort += end - rows[node];
      for (let e = rows[node]; e < end; e++) {
        const reached = ends[e];
        if (marks[2 * reached + side] >= base) continue;
        marks[2 * reached + side] = mark;
        queue[tail++] = reached;
        if (marks[2 * reached + otherSide] < otherBase) continue;
        touched = reached;
        if (!whole) break;
      }
    }
    this.effort += effort;
    ball.radius++;
    ball.before = ball.from;
    ball.from = to;
    ball.to = tail;
    return touched;
  }
}

/** From a node of a ball to its origin, the first left out, level by level: over the other ball's steps. */
function inward(ball: Ball, { steps: { rows, ends } }: Ball, node: number): number[] {
  const way: number[] = [];
  for (let here = node; distanceIn(ball, here) > 0; ) {
    const within = distanceIn(ball, here) - 1;
    let e = rows[here];
    while (distanceIn(ball, ends[e]) !== within) e++;
    here = ends[e];
    way.push(here);
  }
  return way;
}

/** Two-step lists may have this many entries for each edge; with more, single steps are long enough to be quick. */
const WORTH_KEEPING = 16;

/** By node, what is two steps away and no fewer. A level reached by these is read in few long runs, not many short ones. */
function twice(size: number, { rows, ends }: Steps, back: Steps): Steps | undefined {
  let entries = 0;
  for (let v = 0; v < size; v++) entries += (rows[v + 1] - rows[v]) * (back.rows[v + 1] - back.rows[v]);
  if (entries > WORTH_KEEPING * ends.length) return undefined;
  const twoRows = new Int32Array(size + 1);
  const twoEnds = new Int32Array(entries);
  const seenFrom = new Int32Array(size).fill(-1);
  let count = 0;
  for (let v = 0; v < size; v++) {
    seenFrom[v] = v;
    for (let e = rows[v]; e < rows[v + 1]; e++) seenFrom[ends[e]] = v;
    for (let e = rows[v]; e < rows[v + 1]; e++) {
      const middle = ends[e];
      for (let f = rows[middle]; f < rows[middle + 1]; f++) {
        const end = ends[f];
        if (seenFrom[end] === v) continue;
        seenFrom[end] = v;
        twoEnds[count++] = end;
      }
    }
    twoRows[v + 1] = count;
  }
  return { rows: twoRows, ends: twoEnds };
}

import type { Core } from "./core.js";

/** Which nodes come next, by node: `ends[rows[v]] .. ends[rows[v + 1] - 1]`. */
export interface Steps {
  readonly rows: Int32Array;
  readonly ends: Int32Array;
}

/** Everything within some distance of an origin, level by level. */
export interface Ball {
  /** By node: `base` + its distance, where it is inside; below `base` where it is not. */
  readonly marks: Int32Array;
  /** The outermost level is `queue[from] .. queue[to - 1]`, the one within it begins at `before`. */
  readonly queue: Int32Array;
  base: number;
  radius: number;
  before: number;
  from: number;
  to: number;
}

export function ballOf(size: number): Ball {
  const marks = new Int32Array(size);
  const queue = new Int32Array(size);
  return { marks, queue, base: 1, radius: 0, before: 0, from: 0, to: 0 };
}

/** Marks grow with every ball, so that none has to be wiped; before they would leave 32 bits they start anew. */
const HIGHEST_BASE = 2 ** 30;

/** A new ball of radius 0 around `origin`. */
export function begin(ball: Ball, origin: number): void {
  ball.base += ball.radius + 1;
  if (ball.base > HIGHEST_BASE) {
    ball.marks.fill(0);
    ball.base = 1;
  }
  ball.radius = 0;
  ball.before = 0;
  ball.from = 0;
  ball.to = 1;
  ball.queue[0] = origin;
  ball.marks[origin] = ball.base;
}

/** The ball has one level more, which ends at `tail` in the queue. */
export function widened(ball: Ball, tail: number): void {
  ball.radius++;
  ball.before = ball.from;
  ball.from = ball.to;
  ball.to = tail;
}

/** The distance of a node from the origin, negative where it is not inside. */
export function distanceIn({ marks, base }: Ball, node: number): number {
  return marks[node] - base;
}

/**
 * Shortest ways within a core, by breadth-first search from both ends: one ball around the origin, which serves any
 * number of ends, and one around each end, against the edges, until the two touch. Of several shortest ways it tells
 * the one whose nodes come first, so that the answer does not hang on how it was found.
 */
export class Meeting {
  /** How many edges were looked at, over all searches. */
  effort = 0;
  readonly #core: Core;
  readonly #ahead: Ball;
  readonly #behind: Ball;
  #met = -1;

  constructor(core: Core) {
    this.#core = core;
    this.#ahead = ballOf(core.size);
    this.#behind = ballOf(core.size);
  }

  /** All that follows is about ways from `origin`. */
  from(origin: number): void {
    begin(this.#ahead, origin);
  }

  /**
   * How many edges it takes to get to `end`, which must be in the same component.
   * @param others how many more ends are asked for after this one: the wider the first ball may get
   */
  distanceTo(end: number, others = 0): number {
    const { rows, targets, backRows, sources } = this.#core;
    const ahead = this.#ahead;
    const behind = this.#behind;
    begin(behind, end);
    this.#met = distanceIn(ahead, end) >= 0 ? end : -1;
    while (this.#met < 0) {
      const widenAhead = ahead.to - ahead.from <= (behind.to - behind.from) * (others + 1);
      this.#met = widenAhead
        ? this.#widen(ahead, { rows, ends: targets }, behind, true)
        : this.#widen(behind, { rows: backRows, ends: sources }, ahead, false);
    }
    return distanceIn(ahead, this.#met) + distanceIn(behind, this.#met);
  }

  /** The nodes of the shortest way to the end that distanceTo() was last asked for, from the origin to that end. */
  path(): number[] {
    const { rows, targets } = this.#core;
    const levels = this.#waysAhead();
    const path = [this.#ahead.queue[0]];
    const goOn = (isNext: (node: number) => boolean) => {
      let e = rows[path[path.length - 1]];
      while (!isNext(targets[e])) e++;
      path.push(targets[e]);
    };
    for (const level of levels) goOn((node) => level.has(node));
    for (let left = distanceIn(this.#behind, this.#met) - 1; left >= 0; left--)
      goOn((node) => distanceIn(this.#behind, node) === left);
    return path;
  }

  /** Level by level of the first ball, from 1 on: the nodes that are on some shortest way. */
  #waysAhead(): ReadonlySet<number>[] {
    const { backRows, sources } = this.#core;
    const [ahead, behind] = [this.#ahead, this.#behind];
    const into = (nodes: Iterable<number>, radius: number): ReadonlySet<number> => {
      const found = new Set<number>();
      for (const node of nodes)
        for (let e = backRows[node]; e < backRows[node + 1]; e++)
          if (distanceIn(ahead, sources[e]) === radius) found.add(sources[e]);
      return found;
    };
    let radius = distanceIn(ahead, this.#met);
    // The second ball's last level may be there in part only; the one before it is whole.
    const isDirect = distanceIn(behind, this.#met) === 0;
    let level = isDirect
      ? new Set([this.#met])
      : into(behind.queue.subarray(behind.before, behind.from), radius);
    const levels: ReadonlySet<number>[] = [];
    while (radius > 0) {
      levels.push(level);
      level = into(level, --radius);
    }
    return levels.reverse();
  }

  /**
   * Adds one level to a ball; returns a node of it that is in the other one, too, or -1. The balls did not touch
   * before, so any such node is on a shortest way.
   * @param whole whether to add all of the level even so
   */
  #widen(ball: Ball, { rows, ends }: Steps, other: Ball, whole: boolean): number {
    const { marks, queue, base } = ball;
    const mark = base + ball.radius + 1;
    const otherMarks = other.marks;
    const otherBase = other.base;
    let tail = ball.to;
    let touched = -1;
    for (let i = ball.from; i < ball.to && (touched < 0 || whole); i++) {
      const node = queue[i];
      const end = rows[node + 1];
      this.effort += end - rows[node];
      for (let e = rows[node]; e < end; e++) {
        const reached = ends[e];
        if (marks[reached] >= base) continue;
        marks[reached] = mark;
        queue[tail++] = reached;
        if (otherMarks[reached] < otherBase) continue;
        touched = reached;
        if (!whole) break;
      }
    }
    widened(ball, tail);
    return touched;
  }
}

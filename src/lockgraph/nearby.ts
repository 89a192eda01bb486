import type { Core } from "./core.js";
import { type Ball, ballOf, begin, distanceIn, type Steps, widened } from "./meet.js";

/**
 * Short distances within a core, for very many pairs of nodes: a ball around the origin, and for each end a look at
 * what lies up to four steps before it. What is two steps away is kept for each node as one list, so that all of this
 * is reading of long runs (see strong-paths.md).
 */
export class Nearby {
  readonly #core: Core;
  readonly #twoAhead: Steps;
  readonly #twoBehind: Steps;
  readonly #ball: Ball;
  /** How many of the ball's outermost level there are, and of all. */
  #outermost = 1;
  #inside = 1;
  /** The second level and the third are marked, but not in the queue. */
  #jumped = false;
  #fetched = 0;

  /** @returns nothing where the lists would be too long to be worth keeping */
  static of(core: Core): Nearby | undefined {
    const { size, rows, targets, backRows } = core;
    let entries = 0;
    for (let v = 0; v < size; v++) entries += (rows[v + 1] - rows[v]) * (backRows[v + 1] - backRows[v]);
    return entries > WORTH_KEEPING * targets.length ? undefined : new Nearby(core, entries);
  }

  private constructor(core: Core, entries: number) {
    const { size, rows, targets, backRows, sources } = core;
    this.#core = core;
    this.#twoAhead = twoSteps(size, { rows, ends: targets }, entries);
    this.#twoBehind = twoSteps(size, { rows: backRows, ends: sources }, entries);
    this.#ball = ballOf(size);
  }

  /** All that follows is about distances from `origin`. */
  from(origin: number): void {
    const { rows, targets, backRows, sources } = this.#core;
    begin(this.#ball, origin);
    this.#outermost = 1;
    this.#inside = 1;
    this.#jumped = false;
    this.#fetched ^=
      fetch(this.#twoAhead, targets, rows[origin], rows[origin + 1]) ^
      fetch(this.#twoBehind, sources, backRows[origin], backRows[origin + 1]);
  }

  /**
   * How many edges it takes to get to `end`, which must be in the same component, or -1 where that is too far.
   * @param others how many more ends are asked for after this one: the wider the ball may get
   */
  distanceTo(end: number, others: number): number {
    const { size, targets, componentSizes, backRows } = this.#core;
    const ball = this.#ball;
    const single = backRows[end + 1] - backRows[end];
    const double = this.#twoBehind.rows[end + 1] - this.#twoBehind.rows[end];
    for (;;) {
      const inside = distanceIn(ball, end);
      if (inside >= 0) return inside;
      // What one more level of the ball costs this end; and how many nodes one has to try until one is in the ball.
      const costAhead = (this.#outermost * targets.length) / (size * (others + 1));
      const pays = costAhead * this.#inside >= componentSizes[end];
      if (pays || single <= costAhead) {
        if (this.#touches(end)) return ball.radius + 1;
        if (pays || double <= costAhead) {
          if (this.#touchesInTwo(end)) return ball.radius + 2;
          if (pays || single * double <= costAhead) {
            if (this.#touchesInThree(end)) return ball.radius + 3;
            if (pays || double * double <= costAhead) return this.#touchesInFour(end) ? ball.radius + 4 : -1;
          }
        }
      }
      this.#widen(others, componentSizes[end]);
    }
  }

  #touches(end: number): boolean {
    const { backRows, sources } = this.#core;
    const { marks, base } = this.#ball;
    const last = backRows[end + 1];
    for (let e = backRows[end]; e < last; e++) if (marks[sources[e]] >= base) return true;
    return false;
  }

  #touchesInTwo(end: number): boolean {
    const { rows, ends } = this.#twoBehind;
    const { marks, base } = this.#ball;
    const last = rows[end + 1];
    for (let e = rows[end]; e < last; e++) if (marks[ends[e]] >= base) return true;
    return false;
  }

  #touchesInThree(end: number): boolean {
    const { backRows, sources } = this.#core;
    const last = backRows[end + 1];
    for (let e = backRows[end]; e < last; e++) if (this.#touchesInTwo(sources[e])) return true;
    return false;
  }

  #touchesInFour(end: number): boolean {
    const { rows, ends } = this.#twoBehind;
    const last = rows[end + 1];
    for (let e = rows[end]; e < last; e++) if (this.#touchesInTwo(ends[e])) return true;
    return false;
  }

  #widen(others: number, componentSize: number): void {
    const ball = this.#ball;
    const { rows, targets } = this.#core;
    if (this.#jumped) this.#queueJumped();
    else if (ball.radius === 1 && this.#jump(others, componentSize)) return;
    if (ball.radius === 0) this.#queueLevel({ rows, ends: targets }, 0, 1, 1);
    else this.#queueLevel(this.#twoAhead, ball.before, ball.from, ball.radius + 1);
  }

  /** Adds what some of the queue lead to, as far as it is not inside, as the level `radius`. */
  #queueLevel({ rows, ends }: Steps, first: number, last: number, radius: number): void {
    const ball = this.#ball;
    const { marks, queue, base } = ball;
    let tail = ball.to;
    for (let i = first; i < last; i++) {
      const end = rows[queue[i] + 1];
      for (let e = rows[queue[i]]; e < end; e++) {
        const reached = ends[e];
        if (marks[reached] >= base) continue;
        marks[reached] = base + radius;
        queue[tail++] = reached;
      }
    }
    widened(ball, tail);
    this.#outermost = ball.to - ball.from;
    this.#inside = ball.to;
  }

  /**
   * The second level and the third at once, where both pay and each is so much larger than the one before that there
   * will hardly be a fourth: everything gets its mark without a look, the farther before the nearer.
   * @returns whether it was
   */
  #jump(others: number, componentSize: number): boolean {
    const ball = this.#ball;
    const { marks, queue, base, from, to } = ball;
    const { rows, ends } = this.#twoAhead;
    const second = rows[queue[0] + 1] - rows[queue[0]];
    let third = 0;
    for (let i = from; i < to; i++) third += rows[queue[i] + 1] - rows[queue[i]];
    if (third < STEEP * second || third * (to + second) > (others + 1) * componentSize) return false;
    for (let i = from; i < to; i++) {
      const end = rows[queue[i] + 1];
      for (let e = rows[queue[i]]; e < end; e++) marks[ends[e]] = base + 3;
    }
    for (let e = rows[queue[0]]; e < rows[queue[0] + 1]; e++) marks[ends[e]] = base + 2;
    for (let i = from; i < to; i++) marks[queue[i]] = base + 1;
    marks[queue[0]] = base;
    ball.radius = 3;
    this.#outermost = third;
    this.#inside = to + second + third;
    this.#jumped = true;
    return true;
  }

  /** What jump() left out of the queue, for a fourth level after all. */
  #queueJumped(): void {
    const ball = this.#ball;
    const { marks, queue, base, from, to } = ball;
    const { rows, ends } = this.#twoAhead;
    for (let i = 0; i < to; i++)
      for (let e = rows[queue[i]]; e < rows[queue[i] + 1]; e++)
        if (marks[ends[e]] > base + 1) marks[ends[e]] = 0;
    this.#jumped = false;
    ball.radius = 1;
    this.#queueLevel(this.#twoAhead, 0, 1, 2);
    this.#queueLevel(this.#twoAhead, from, to, 3);
  }
}

/** How many times the level before it. */
const STEEP = 3;

/**
 * Reads one entry of each cache line of the lists of these nodes. The reads do not wait for each other, as those of a
 * search do, so that the lists are at hand when it comes to them.
 * @returns a sum that nobody needs, so that the reads are not left out
 */
function fetch({ rows, ends }: Steps, nodes: Int32Array, first: number, last: number): number {
  let sum = 0;
  for (let i = first; i < last; i++) {
    const end = rows[nodes[i] + 1];
    for (let e = rows[nodes[i]]; e < end; e += ENTRIES_OF_A_CACHE_LINE) sum ^= ends[e];
  }
  return sum;
}

const ENTRIES_OF_A_CACHE_LINE = 16;

/** The lists may have this many entries for each edge; with more, single steps are long enough runs themselves. */
const WORTH_KEEPING = 16;

/** By node, what is two steps away: as often as there are ways there. */
function twoSteps(size: number, { rows, ends }: Steps, entries: number): Steps {
  const twoRows = new Int32Array(size + 1);
  const twoEnds = new Int32Array(entries);
  let count = 0;
  for (let v = 0; v < size; v++) {
    for (let e = rows[v]; e < rows[v + 1]; e++) {
      const last = rows[ends[e] + 1];
      for (let f = rows[ends[e]]; f < last; f++) twoEnds[count++] = ends[f];
    }
    twoRows[v + 1] = count;
  }
  return { rows: twoRows, ends: twoEnds };
}

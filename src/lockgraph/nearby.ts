import type { Core } from "./core.js";
import { type Ball, ballOf, begin, distanceIn, type Steps, widened } from "./meet.js";

/**
 * Short distances within a core, for very many pairs of nodes: a ball around the origin, and for each end a look at
 * what lies up to four steps before it. What is two steps away is kept for each node as one list, so that all of this
 * is reading of long runs and needs no queue (see strong-paths.md).
 */
export class Nearby {
  readonly #core: Core;
  readonly #twoAhead: Steps;
  readonly #twoBehind: Steps;
  readonly #ahead: Ball;
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
    this.#ahead = ballOf(size);
  }

  /** All that follows is about distances from `origin`. */
  from(origin: number): void {
    begin(this.#ahead, origin);
    const { rows, targets, backRows, sources } = this.#core;
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
    const ahead = this.#ahead;
    const single = backRows[end + 1] - backRows[end];
    const double = this.#twoBehind.rows[end + 1] - this.#twoBehind.rows[end];
    for (;;) {
      const inside = distanceIn(ahead, end);
      if (inside >= 0) return inside;
      // What one more level of the ball costs this end, and how many nodes one has to try until one is in the ball.
      const costAhead = ((ahead.to - ahead.from) * targets.length) / size / (others + 1);
      const tries = componentSizes[end] / ahead.to;
      const pays = (cost: number) => Math.min(cost, tries) <= costAhead;
      if (pays(single)) {
        if (this.#touches(end)) return ahead.radius + 1;
        if (pays(double)) {
          if (this.#touchesInTwo(end)) return ahead.radius + 2;
          if (pays(single * double)) {
            if (this.#touchesInThree(end)) return ahead.radius + 3;
            if (pays(double * double)) return this.#touchesInFour(end) ? ahead.radius + 4 : -1;
          }
        }
      }
      this.#widen();
    }
  }

  #touches(end: number): boolean {
    const { backRows, sources } = this.#core;
    const { marks, base } = this.#ahead;
    for (let e = backRows[end]; e < backRows[end + 1]; e++) if (marks[sources[e]] >= base) return true;
    return false;
  }

  #touchesInTwo(end: number): boolean {
    const { rows, ends } = this.#twoBehind;
    const { marks, base } = this.#ahead;
    const last = rows[end + 1];
    for (let e = rows[end]; e < last; e++) if (marks[ends[e]] >= base) return true;
    return false;
  }

  #touchesInThree(end: number): boolean {
    const { backRows, sources } = this.#core;
    for (let e = backRows[end]; e < backRows[end + 1]; e++) if (this.#touchesInTwo(sources[e])) return true;
    return false;
  }

  #touchesInFour(end: number): boolean {
    const { rows, ends } = this.#twoBehind;
    for (let e = rows[end]; e < rows[end + 1]; e++) if (this.#touchesInTwo(ends[e])) return true;
    return false;
  }

  #widen(): void {
    const ball = this.#ahead;
    const { marks, queue, base } = ball;
    const { rows, targets } = this.#core;
    const steps = ball.radius === 0 ? { rows, ends: targets } : this.#twoAhead;
    const last = ball.radius === 0 ? ball.to : ball.from;
    const mark = base + ball.radius + 1;
    let tail = ball.to;
    for (let i = ball.before; i < last; i++) {
      const node = queue[i];
      const end = steps.rows[node + 1];
      for (let e = steps.rows[node]; e < end; e++) {
        const reached = steps.ends[e];
        if (marks[reached] >= base) continue;
        marks[reached] = mark;
        queue[tail++] = reached;
      }
    }
    widened(ball, tail);
  }
}

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

/** By node, what is two steps away and no fewer. */
function twoSteps(size: number, { rows, ends }: Steps, entries: number): Steps {
  const twoRows = new Int32Array(size + 1);
  const twoEnds = new Int32Array(entries);
  const seenFrom = new Int32Array(size).fill(-1);
  let count = 0;
  for (let v = 0; v < size; v++) {
    seenFrom[v] = v;
    for (let e = rows[v]; e < rows[v + 1]; e++) seenFrom[ends[e]] = v;
    for (let e = rows[v]; e < rows[v + 1]; e++) {
      const middle = ends[e];
      const last = rows[middle + 1];
      for (let f = rows[middle]; f < last; f++) {
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

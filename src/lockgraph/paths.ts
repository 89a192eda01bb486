import type { Graph } from "./graph.js";
import { BLOCKED, step } from "./kinds.js";

/** A strong path: classes from first to last, each dependency leading to the next. */
export type Path = readonly number[];

/** Breadth-first search over strong paths; one instance serves many searches over the same graph. */
export class PathSearch {
  readonly #graph: Graph;
  /** Made room for by the first search. */
  #cameFrom = new Int32Array(0);
  #seen = new Int32Array(0);
  #queue = new Int32Array(0);
  #round = 0;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /**
   * The shortest strong path from `source`, arrived at as `arrived`, to the first class (and way of arriving) that
   * `found` accepts. The source itself is not asked. Classes that `enter` refuses are not passed through.
   */
  shortest(
    source: number,
    arrived: number,
    found: (node: number, arrived: number) => boolean,
    enter?: (node: number) => boolean,
  ): Path | undefined {
    let result: Path | undefined;
    this.each(source, arrived, (node, how, path) => {
      if (!found(node, how)) return enter === undefined || enter(node);
      result = path();
      return undefined;
    });
    return result;
  }

  /**
   * Visits what strong paths from `source` reach, nearest first, each class once for each way of arriving.
   * `visit` returns whether to go on beyond the class; undefined ends the search.
   */
  each(
    source: number,
    arrived: number,
    visit: (node: number, arrived: number, path: () => Path) => boolean | undefined,
  ): void {
    const { rows, targets, kinds } = this.#graph;
    const round = ++this.#round;
    if (round === 1) {
      const states = 2 * this.#graph.size;
      this.#cameFrom = new Int32Array(states);
      this.#seen = new Int32Array(states);
      this.#queue = new Int32Array(states);
    }
    const start = 2 * source + arrived;
    let head = 0;
    let tail = 0;
    this.#queue[tail++] = start;
    this.#seen[start] = round;
    this.#cameFrom[start] = -1;
    while (head < tail) {
      const here = this.#queue[head++];
      const node = here >> 1;
      for (let e = rows[node]; e < rows[node + 1]; e++) {
        const arrives = step(here & 1, kinds[e]);
        if (arrives === BLOCKED) continue;
        const next = 2 * targets[e] + arrives;
        if (this.#seen[next] === round) continue;
        this.#seen[next] = round;
        this.#cameFrom[next] = here;
        const onward = visit(targets[e], arrives, () => this.#pathTo(next));
        if (onward === undefined) return;
        if (onward) this.#queue[tail++] = next;
      }
    }
  }

  #pathTo(end: number): Path {
    const path: number[] = [];
    for (let here = end; here >= 0; here = this.#cameFrom[here]) path.push(here >> 1);
    return path.reverse();
  }
}

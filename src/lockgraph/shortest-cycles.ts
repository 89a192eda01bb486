import type { StrongComponents } from "./components.js";
import { type Core, coreOf } from "./core.js";
import type { Graph } from "./graph.js";
import { hubsOf, throughHub, without } from "./hubs.js";
import { ARRIVED_N, ARRIVED_R } from "./kinds.js";
import { Meeting } from "./meet.js";
import { Nearby } from "./nearby.js";

/**
 * For each dependency the length of the shortest strong closed path through it, 0 where it lies on none.
 * How, and why that is fast: strong-paths.md.
 */
export function shortestCycleLengths(graph: Graph, strong: StrongComponents): Int32Array {
  const lengths = new Int32Array(graph.targets.length);
  let core = coreOf(graph, strong);
  for (let hubs = hubsOf(core); hubs.length > 0; hubs = hubsOf(core)) {
    for (const hub of hubs) throughHub(core, hub, lengths);
    core = without(core, hubs);
  }
  throughEach(core, lengths);
  return lengths;
}

/** The shortest cycle through each edge, each by a search of its own. */
function throughEach(core: Core, lengths: Int32Array): void {
  const { size, backRows, sources, backEdges, dependencies } = core;
  const nearby = Nearby.of(core);
  const meeting = new Meeting(core);
  for (let node = 0; node < size; node++) {
    const last = backRows[node + 1] - 1;
    if (nearby === undefined) meeting.from(node);
    else nearby.from(node);
    for (let i = backRows[node]; i <= last; i++) {
      let back = (nearby ?? meeting).distanceTo(sources[i], last - i);
      if (back < 0) {
        meeting.from(node);
        back = meeting.distanceTo(sources[i]);
      }
      const dependency = dependencies[backEdges[i]];
      if (lengths[dependency] === 0 || back + 1 < lengths[dependency]) lengths[dependency] = back + 1;
    }
  }
}

/** Finds shortest strong closed paths through dependencies of one graph, one at a time. */
export class ClosedPaths {
  readonly #core: Core;
  readonly #nodes: Int32Array;
  readonly #meeting: Meeting;

  constructor(graph: Graph, strong: StrongComponents) {
    this.#core = coreOf(graph, strong);
    this.#nodes = new Int32Array(2 * graph.size).fill(-1);
    this.#core.states.forEach((state, node) => {
      this.#nodes[state] = node;
    });
    this.#meeting = new Meeting(this.#core);
  }

  /**
   * The classes of the shortest strong closed path through one dependency, from where it leads to where it comes from;
   * of several the one whose classes come first. Nothing where the dependency lies on none.
   */
  through(source: number, dependency: number): readonly number[] | undefined {
    const { states, rows, targets, dependencies } = this.#core;
    let best: readonly number[] | undefined;
    for (const arrived of [ARRIVED_N, ARRIVED_R]) {
      const node = this.#nodes[2 * source + arrived];
      if (node < 0) continue;
      const edge = dependencies.subarray(0, rows[node + 1]).indexOf(dependency, rows[node]);
      if (edge < 0) continue;
      this.#meeting.from(targets[edge]);
      const back = this.#meeting.distanceTo(node) + 1;
      if (best === undefined || back < best.length)
        best = this.#meeting.path().map((way) => states[way] >> 1);
    }
    return best;
  }
}

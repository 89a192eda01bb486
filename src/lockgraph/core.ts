import type { StrongComponents } from "./components.js";
import type { Graph } from "./graph.js";
import { ARRIVED_N, ARRIVED_R, BLOCKED, step } from "./kinds.js";

/**
 * The part of the strong dependency graph that lies on cycles: a plain directed graph whose nodes are ways of arriving
 * at classes (see strong-paths.md), with only those edges that lie within one strong component. Each edge lies on a
 * cycle of this graph, and each cycle of it is a strong one.
 */
export interface Core {
  readonly size: number;
  /** By node: `2 * class + arrived`. */
  readonly states: Int32Array;
  /** Edges by the node that they leave: `targets[rows[v]] .. targets[rows[v + 1] - 1]`. */
  readonly rows: Int32Array;
  readonly targets: Int32Array;
  /** By edge, which dependency of the lock graph it is. */
  readonly dependencies: Int32Array;
  /** The same edges by the node that they enter: where they come from, and their numbers. */
  readonly backRows: Int32Array;
  readonly sources: Int32Array;
  readonly backEdges: Int32Array;
  /** By node, how many nodes there are in its component. */
  readonly componentSizes: Int32Array;
}

/** Edges in the order of their sources. */
interface EdgeList {
  count: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly dependencies: Int32Array;
}

function edgeList(capacity: number): EdgeList {
  const column = () => new Int32Array(capacity);
  return { count: 0, from: column(), to: column(), dependencies: column() };
}

function add(edges: EdgeList, from: number, to: number, dependency: number): void {
  edges.from[edges.count] = from;
  edges.to[edges.count] = to;
  edges.dependencies[edges.count++] = dependency;
}

/** The core of a lock graph. */
export function coreOf(graph: Graph, strong: StrongComponents): Core {
  const { size, rows, targets, kinds } = graph;
  const { of } = strong;
  const edges = edgeList(strong.cyclic ? (strong.plain ? 1 : 2) * targets.length : 0);
  for (let v = 0; v < size && strong.cyclic; v++) {
    for (let arrived = ARRIVED_N; arrived <= ARRIVED_R; arrived++) {
      const component = of[2 * v + arrived];
      if (component < 0) continue;
      for (let e = rows[v]; e < rows[v + 1]; e++) {
        const arrives = step(arrived, kinds[e]);
        if (arrives !== BLOCKED && of[2 * targets[e] + arrives] === component)
          add(edges, 2 * v + arrived, 2 * targets[e] + arrives, e);
      }
    }
  }
  return build(of, edges);
}

/** What is left of a core on cycles when only edges within these components stay. */
export function within(core: Core, component: Int32Array): Core {
  const edges = edgeList(core.targets.length);
  const byState = new Int32Array(core.states[core.size - 1] + 1);
  for (let v = 0; v < core.size; v++) {
    byState[core.states[v]] = component[v];
    for (let e = core.rows[v]; e < core.rows[v + 1]; e++) {
      const to = core.targets[e];
      if (component[v] === component[to]) add(edges, core.states[v], core.states[to], core.dependencies[e]);
    }
  }
  return build(byState, edges);
}

/** Numbers the states that have edges, in their order, and sorts the edges both ways. */
function build(component: Int32Array, { count, from, to, dependencies }: EdgeList): Core {
  const node = new Int32Array(component.length).fill(-1);
  const used = new Int32Array(Math.min(component.length, count));
  let size = 0;
  for (let e = 0; e < count; e++) {
    if (node[from[e]] >= 0) continue;
    node[from[e]] = size;
    used[size++] = from[e];
  }
  const rows = new Int32Array(size + 1);
  const backRows = new Int32Array(size + 1);
  const targets = new Int32Array(count);
  for (let e = 0; e < count; e++) {
    // A node without an edge out of it is on no cycle, so every target has its number by now.
    targets[e] = node[to[e]];
    rows[node[from[e]] + 1] = e + 1;
    backRows[targets[e] + 1]++;
  }
  for (let v = 0; v < size; v++) backRows[v + 1] += backRows[v];
  const next = backRows.slice(0, size);
  const sources = new Int32Array(count);
  const backEdges = new Int32Array(count);
  for (let v = 0; v < size; v++) {
    for (let e = rows[v]; e < rows[v + 1]; e++) {
      const place = next[targets[e]]++;
      sources[place] = v;
      backEdges[place] = e;
    }
  }
  const states = used.subarray(0, size);
  return {
    size,
    states,
    rows,
    targets,
    dependencies: dependencies.subarray(0, count),
    backRows,
    sources,
    backEdges,
    componentSizes: sizes(states, component),
  };
}

function sizes(states: Int32Array, component: Int32Array): Int32Array {
  const count = new Int32Array(component.length);
  for (const state of states) count[component[state]]++;
  return states.map((state) => count[component[state]]);
}

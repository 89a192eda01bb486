import type { StrongComponents } from "./components.js";
import { elementaryCycles } from "./elementary.js";
import { edgeOf, type Graph, reverse } from "./graph.js";
import { ARRIVED_N, ARRIVED_R, BLOCKED, step } from "./kinds.js";
import { ClosedPaths, shortestCycleLengths } from "./shortest-cycles.js";

/** An elementary strong cycle: its classes in order, from the smallest number on. */
export type Cycle = readonly number[];

/** What is left out of a list of cycles, so that nothing is ever silently fewer. */
export interface LeftOut {
  /** Components with more cycles than are listed. */
  readonly components: number;
  /** The classes in them. */
  readonly locks: number;
  /** Dependencies on some cycle of theirs for which no cycle is shown. */
  readonly dependencies: number;
}

export interface CycleList {
  readonly cycles: readonly Cycle[];
  readonly leftOut?: LeftOut;
}

export interface CycleLimits {
  /** Cycles to list of one component before it counts as having too many. */
  readonly perComponent: number;
  /** Search steps to spend on one component, beyond a few for each of its dependencies. */
  readonly effort: number;
  /** Shortest cycles to show where there are too many. */
  readonly shortest: number;
}

export const DEFAULT_LIMITS: CycleLimits = { perComponent: 100, effort: 20_000, shortest: 1_000 };

/**
 * Every elementary strong cycle, each once, shorter ones first. Of a component with too many, the shortest through
 * each of its dependencies instead, and how much that leaves out.
 */
export function listCycles(
  graph: Graph,
  strong: StrongComponents,
  limits: CycleLimits = DEFAULT_LIMITS,
): CycleList {
  if (!strong.cyclic) return { cycles: [] };
  const cycles: Cycle[] = [];
  const crowded: number[][] = [];
  const back = reverse(graph);
  for (const members of cyclicComponents(graph, strong)) {
    const budget = { cycles: limits.perComponent, effort: limits.effort };
    const all = elementaryCycles(graph, back, strong, members, budget);
    if (all === undefined) crowded.push(members);
    else for (const cycle of all) cycles.push(cycle);
  }
  const left = crowded.length > 0 ? shortestCycles(graph, strong, crowded, limits.shortest) : undefined;
  for (const cycle of left?.shown ?? []) cycles.push(cycle);
  cycles.sort(byLengthThenClasses);
  return { cycles, leftOut: left?.leftOut };
}

/**
 * The classes of each component that has a strong cycle, ascending. One class can lie in two components, by the two ways
 * of arriving at it; these count as one, since cycles are told by their classes.
 */
function cyclicComponents(graph: Graph, strong: StrongComponents): number[][] {
  const { size, rows } = graph;
  const joined = new Map<number, number>();
  const first = (component: number): number => {
    const other = joined.get(component);
    return other === undefined ? component : first(other);
  };
  const componentOf = new Map<number, number>();
  for (let v = 0; v < size; v++) {
    for (const arrived of [ARRIVED_N, ARRIVED_R]) {
      let e = rows[v];
      while (e < rows[v + 1] && !strong.onCycle(v, e, arrived)) e++;
      if (e === rows[v + 1]) continue;
      const component = first(strong.of[2 * v + arrived]);
      const other = first(componentOf.get(v) ?? component);
      if (other !== component) joined.set(other, component);
      componentOf.set(v, component);
    }
  }
  const members = new Map<number, number[]>();
  for (const [v, component] of componentOf) {
    const group = members.get(first(component));
    if (group === undefined) members.set(first(component), [v]);
    else group.push(v);
  }
  return [...members.values()];
}

interface Edge {
  readonly source: number;
  readonly edge: number;
}

/** Searches for single cycles, of all those that could be shown. */
const SEARCHES = 5_000;

/**
 * Of components with too many cycles the shortest strong cycle through each dependency, each cycle once, the `limit`
 * shortest of them.
 */
function shortestCycles(
  graph: Graph,
  strong: StrongComponents,
  components: readonly (readonly number[])[],
  limit: number,
): { shown: readonly Cycle[]; leftOut: LeftOut } {
  let lengths: Int32Array | undefined;
  const closedPaths = new ClosedPaths(graph, strong);
  const shown: Cycle[] = [];
  let dependencies = 0;
  for (const members of components) {
    const onCycles = edgesOnCycles(graph, strong, members);
    // Where each can have a search of its own, it need not be known beforehand which are on short cycles.
    let searched: readonly Edge[] = onCycles;
    if (onCycles.length > SEARCHES) {
      lengths ??= shortestCycleLengths(graph, strong);
      searched = byLength(onCycles, lengths).slice(0, SEARCHES);
    }
    const found = new Map<string, Cycle>();
    for (const { source, edge } of searched) {
      const path = closedPaths.through(source, edge);
      // A path that passes a class twice has a shorter cycle within, which has its own dependencies.
      if (path === undefined || new Set(path).size < path.length) continue;
      const cycle = rotate(path);
      found.set(cycle.join(" "), cycle);
    }
    const shortest = [...found.values()].sort(byLengthThenClasses).slice(0, limit);
    const covered = new Set(shortest.flatMap((cycle) => edgesOf(graph, cycle)));
    for (const cycle of shortest) shown.push(cycle);
    dependencies += onCycles.filter(({ edge }) => !covered.has(edge)).length;
  }
  const locks = components.reduce((sum, members) => sum + members.length, 0);
  return { shown, leftOut: { components: components.length, locks, dependencies } };
}

/** The dependencies of these classes that are on cycles. */
function edgesOnCycles({ rows }: Graph, strong: StrongComponents, members: readonly number[]): Edge[] {
  const found: Edge[] = [];
  for (const source of members)
    for (let edge = rows[source]; edge < rows[source + 1]; edge++)
      if (strong.onCycle(source, edge, ARRIVED_N) || strong.onCycle(source, edge, ARRIVED_R))
        found.push({ source, edge });
  return found;
}

/** Those on shorter cycles first. */
function byLength(edges: readonly Edge[], lengths: Int32Array): Edge[] {
  const found = new Map<number, Edge[]>();
  for (const one of edges) {
    const same = found.get(lengths[one.edge]);
    if (same === undefined) found.set(lengths[one.edge], [one]);
    else same.push(one);
  }
  return [...found].sort(([a], [b]) => a - b).flatMap(([, same]) => same);
}

function edgesOf(graph: Graph, cycle: Cycle): number[] {
  return cycle.map((from, i) => edgeOf(graph, from, cycle[(i + 1) % cycle.length]));
}

/** The same cycle from its smallest class on. */
export function rotate(cycle: readonly number[]): Cycle {
  let first = 0;
  cycle.forEach((node, i) => {
    if (node < cycle[first]) first = i;
  });
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}

/** Whether a closed path over these classes is strong. */
export function isStrong(graph: Graph, cycle: readonly number[]): boolean {
  return closesStrongly(
    cycle.map((from, i) => {
      const edge = edgeOf(graph, from, cycle[(i + 1) % cycle.length]);
      return edge < 0 ? 0 : graph.kinds[edge];
    }),
  );
}

/** Whether a closed path is strong whose dependencies are of these kinds; 0 for one that is not there. */
export function closesStrongly(kinds: readonly number[]): boolean {
  const walk = (start: number): number =>
    kinds.reduce((arrived, of) => (arrived === BLOCKED ? BLOCKED : step(arrived, of)), start);
  return walk(ARRIVED_N) === ARRIVED_N || walk(ARRIVED_R) !== BLOCKED;
}

function byLengthThenClasses(a: Cycle, b: Cycle): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return 0;
}

import type { StrongComponents } from "./components.js";
import { edgeOf, type Graph } from "./graph.js";
import { ARRIVED_N, ARRIVED_R, BLOCKED, step } from "./kinds.js";
import { PathSearch } from "./paths.js";

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
  const leftOut = { components: 0, locks: 0, dependencies: 0 };
  const search = new PathSearch(graph);
  for (const members of cyclicComponents(graph, strong)) {
    const all = elementaryCycles(graph, strong, members, limits);
    if (all !== undefined) {
      cycles.push(...all);
      continue;
    }
    const { shown, omitted } = shortestCycles(graph, strong, members, search, limits.shortest);
    cycles.push(...shown);
    leftOut.components++;
    leftOut.locks += members.length;
    leftOut.dependencies += omitted;
  }
  cycles.sort(byLengthThenClasses);
  return leftOut.components > 0 ? { cycles, leftOut } : { cycles };
}

/** The classes of each component that has a strong cycle, ascending. */
function cyclicComponents(graph: Graph, strong: StrongComponents): number[][] {
  const { size, rows } = graph;
  const members = new Map<number, Set<number>>();
  for (let v = 0; v < size; v++) {
    for (const arrived of [ARRIVED_N, ARRIVED_R]) {
      const component = strong.of[2 * v + arrived];
      if (component < 0) continue;
      for (let e = rows[v]; e < rows[v + 1]; e++) {
        if (!strong.onCycle(v, e, arrived)) continue;
        const set = members.get(component);
        if (set === undefined) members.set(component, new Set([v]));
        else set.add(v);
        break;
      }
    }
  }
  // One class can lie in two components, by the two ways of arriving at it; cycles are told by their classes.
  return [...members.values()].map((set) => [...set].sort((a, b) => a - b));
}

/**
 * All elementary strong cycles within `members`, or nothing where they are too many.
 * Depth-first from each class over the classes above it, with an explicit stack. Two searches run side by side:
 * one that assumes the cycle closes with a non-recursive acquisition of the first class, and one that assumes it
 * closes with a recursive read, so that the first dependency must be an exclusive holder's.
 */
function elementaryCycles(
  graph: Graph,
  strong: StrongComponents,
  members: readonly number[],
  limits: CycleLimits,
): Cycle[] | undefined {
  const { rows, targets, kinds } = graph;
  const inside = new Set(members);
  const cycles: Cycle[] = [];
  const path: number[] = [];
  const onPath = new Set<number>();
  const next: number[] = [];
  const free: number[] = [];
  const bound: number[] = [];
  let effort = 0;
  const allowed = limits.effort + 20 * members.reduce((sum, node) => sum + rows[node + 1] - rows[node], 0);
  const push = (node: number, ifFree: number, ifBound: number) => {
    path.push(node);
    onPath.add(node);
    next.push(rows[node]);
    free.push(ifFree);
    bound.push(ifBound);
  };
  for (const start of members) {
    push(start, ARRIVED_N, ARRIVED_R);
    while (path.length > 0) {
      const depth = path.length - 1;
      const node = path[depth];
      if (next[depth] >= rows[node + 1]) {
        path.pop();
        onPath.delete(node);
        next.pop();
        free.pop();
        bound.pop();
        continue;
      }
      if (++effort > allowed) return undefined;
      const edge = next[depth]++;
      const target = targets[edge];
      if (target < start || !inside.has(target)) continue;
      const ifFree = free[depth] === BLOCKED ? BLOCKED : step(free[depth], kinds[edge]);
      const ifBound = bound[depth] === BLOCKED ? BLOCKED : step(bound[depth], kinds[edge]);
      if (ifFree === BLOCKED && ifBound === BLOCKED) continue;
      if (target === start) {
        if (ifFree !== ARRIVED_N && ifBound === BLOCKED) continue;
        if (cycles.length === limits.perComponent) return undefined;
        cycles.push([...path]);
      } else if (!onPath.has(target) && mayReturn(strong, node, target)) push(target, ifFree, ifBound);
    }
  }
  return cycles;
}

/** A class of another component cannot be on a cycle with this one, however either is arrived at. */
function mayReturn(strong: StrongComponents, a: number, b: number): boolean {
  const { of } = strong;
  for (const x of [of[2 * a], of[2 * a + 1]]) {
    if (x >= 0 && (x === of[2 * b] || x === of[2 * b + 1])) return true;
  }
  return false;
}

/** The shortest strong cycle through each dependency of the component, each cycle once, the `limit` shortest of them. */
function shortestCycles(
  graph: Graph,
  strong: StrongComponents,
  members: readonly number[],
  search: PathSearch,
  limit: number,
): { shown: Cycle[]; omitted: number } {
  const { rows } = graph;
  const inside = new Set(members);
  const found = new Map<string, Cycle>();
  const throughEach: string[] = [];
  let omitted = 0;
  let effort = EFFORT_FOR_SHORTEST;
  for (const source of members) {
    for (let e = rows[source]; e < rows[source + 1]; e++) {
      if (!strong.onCycle(source, e, ARRIVED_N) && !strong.onCycle(source, e, ARRIVED_R)) continue;
      const cycle =
        effort-- > 0 ? shortestThrough(graph, search, source, e, (node) => inside.has(node)) : undefined;
      if (cycle === undefined) {
        omitted++;
        continue;
      }
      const canonical = rotate(cycle);
      const key = canonical.join(" ");
      found.set(key, canonical);
      throughEach.push(key);
    }
  }
  const shown = [...found].sort(([, a], [, b]) => byLengthThenClasses(a, b)).slice(0, limit);
  const kept = new Set(shown.map(([key]) => key));
  omitted += throughEach.filter((key) => !kept.has(key)).length;
  return { shown: shown.map(([, cycle]) => cycle), omitted };
}

/** Searches to spend on one component; each may visit all of it. */
const EFFORT_FOR_SHORTEST = 5_000;

/**
 * The shortest strong cycle through one dependency, or nothing where it lies on none.
 * @param search a search over the same graph
 * @param enter the classes that it may pass through; others cannot be on it
 */
export function shortestThrough(
  graph: Graph,
  search: PathSearch,
  source: number,
  edge: number,
  enter?: (node: number) => boolean,
): Cycle | undefined {
  let best: readonly number[] | undefined;
  for (const arrived of [ARRIVED_N, ARRIVED_R]) {
    const arrives = step(arrived, graph.kinds[edge]);
    if (arrives === BLOCKED) continue;
    // Closing by a non-recursive acquisition serves either way; closing by a recursive read only where it was assumed.
    const back = search.shortest(
      graph.targets[edge],
      arrives,
      (node, how) => node === source && how <= arrived,
      enter,
    );
    if (back !== undefined && (best === undefined || back.length < best.length)) best = back;
  }
  return best === undefined || new Set(best).size < best.length ? undefined : best;
}

/** The same cycle from its smallest class on. */
export function rotate(cycle: readonly number[]): Cycle {
  const first = cycle.indexOf(Math.min(...cycle));
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}

/** Whether a closed path over these classes is strong. */
export function isStrong(graph: Graph, cycle: readonly number[]): boolean {
  const walk = (start: number): number => {
    let arrived = start;
    for (let i = 0; i < cycle.length && arrived !== BLOCKED; i++) {
      const edge = edgeOf(graph, cycle[i], cycle[(i + 1) % cycle.length]);
      arrived = edge < 0 ? BLOCKED : step(arrived, graph.kinds[edge]);
    }
    return arrived;
  };
  return walk(ARRIVED_N) === ARRIVED_N || walk(ARRIVED_R) !== BLOCKED;
}

function byLengthThenClasses(a: Cycle, b: Cycle): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return 0;
}

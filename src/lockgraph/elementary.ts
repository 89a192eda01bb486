import { components, type StrongComponents } from "./components.js";
import type { Graph } from "./graph.js";
import { ARRIVED_N, ARRIVED_R, BLOCKED, EN, step } from "./kinds.js";

/** How much to look for before a component counts as having too many cycles. */
export interface Budget {
  readonly cycles: number;
  /** Dependencies to go over, beyond a few times all there are. */
  readonly effort: number;
}

/** A few looks at each dependency of a small component are soon done; a large one gets this many, and two at each. */
const LARGE = 400_000;

/**
 * All elementary strong cycles over these classes, or nothing where they are too many.
 *
 * Depth-first from each class over the classes above it, with an explicit stack. Two searches run side by side:
 * one that assumes the cycle closes with a non-recursive acquisition of the first class, and one that assumes it
 * closes with a recursive read, so that the first dependency must be an exclusive holder's.
 * @param back the same graph turned round
 * @param members the classes of one component, ascending
 */
export function elementaryCycles(
  graph: Graph,
  back: Graph,
  strong: StrongComponents,
  members: readonly number[],
  budget: Budget,
): number[][] | undefined {
  const { rows, targets, kinds } = graph;
  const inside = new Set(members);
  const cycles: number[][] = [];
  const path: number[] = [];
  const onPath = new Set<number>();
  const next: number[] = [];
  const free: number[] = [];
  const bound: number[] = [];
  if (hasMoreThan(budget.cycles, graph, inside)) return undefined;
  const dependencies = members.reduce((sum, node) => sum + rows[node + 1] - rows[node], 0);
  let effort = budget.effort + Math.min(20 * dependencies, 2 * dependencies + LARGE);
  const leadsTo = returning(back, inside, effort);
  const push = (node: number, ifFree: number, ifBound: number) => {
    path.push(node);
    onPath.add(node);
    next.push(rows[node]);
    free.push(ifFree);
    bound.push(ifBound);
  };
  for (const start of members) {
    const onward = leadsTo(start);
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
      if (--effort < 0) return undefined;
      const edge = next[depth]++;
      const target = targets[edge];
      if (target < start || !onward.has(target)) continue;
      const ifFree = free[depth] === BLOCKED ? BLOCKED : step(free[depth], kinds[edge]);
      const ifBound = bound[depth] === BLOCKED ? BLOCKED : step(bound[depth], kinds[edge]);
      if (ifFree === BLOCKED && ifBound === BLOCKED) continue;
      if (target === start) {
        if (ifFree !== ARRIVED_N && ifBound === BLOCKED) continue;
        if (cycles.length === budget.cycles) return undefined;
        cycles.push([...path]);
      } else if (!onPath.has(target) && mayReturn(strong, node, target)) push(target, ifFree, ifBound);
    }
  }
  return cycles;
}

/**
 * Whether so many cycles are certain without looking for them. A strongly connected graph is built up from one cycle by
 * adding ears, each of which closes another: it has at least one more than edges less nodes. Among writers alone,
 * every closed path is strong.
 */
function hasMoreThan(cycles: number, { rows, targets, kinds }: Graph, inside: ReadonlySet<number>): boolean {
  const members = [...inside];
  const number = new Map(members.map((member, i) => [member, i]));
  const edges = members.map((member) => {
    const out: number[] = [];
    for (let e = rows[member]; e < rows[member + 1]; e++) {
      const target = number.get(targets[e]);
      if (target !== undefined && kinds[e] & EN) out.push(target);
    }
    return out;
  });
  const component = components(
    members.length,
    (v) => edges[v].length,
    (v, i) => edges[v][i],
  );
  let count = 0;
  edges.forEach((out, v) => {
    for (const target of out) if (component[target] === component[v]) count++;
  });
  return count - members.length + new Set(component).size > cycles;
}

/**
 * For a first class, the classes from which a cycle over none below it may come back: without these a long search leads
 * nowhere. Once that has taken as many looks as are allowed, all of them.
 */
function returning(
  { rows, targets }: Graph,
  members: ReadonlySet<number>,
  allowed: number,
): (start: number) => ReadonlySet<number> {
  let effort = allowed;
  return (start) => {
    const found = new Set([start]);
    for (const node of found) {
      effort -= rows[node + 1] - rows[node];
      if (effort < 0) return members;
      for (let e = rows[node]; e < rows[node + 1]; e++)
        if (targets[e] > start && members.has(targets[e])) found.add(targets[e]);
    }
    return found;
  };
}

/** A class of another component cannot be on a cycle with this one, however either is arrived at. */
function mayReturn({ of }: StrongComponents, a: number, b: number): boolean {
  for (const x of [of[2 * a], of[2 * a + 1]]) {
    if (x >= 0 && (x === of[2 * b] || x === of[2 * b + 1])) return true;
  }
  return false;
}

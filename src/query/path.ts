import type { FindingDependency } from "../checks/finding.js";
import { dependencyOf } from "../checks/lock-order.js";
import { edgeOf } from "../lockgraph/graph.js";
import { ARRIVED_N, BLOCKED, EN, ER, SN, SR, step } from "../lockgraph/kinds.js";
import type { LockGraph } from "../lockgraph/lock-graph.js";
import { type Path, PathSearch } from "../lockgraph/paths.js";

/** A way through the lock graph. */
export interface Chain {
  readonly path: Path;
  /** Whether it can be a part of a deadlock: no recursive read in it is followed by a shared holder. */
  readonly strong: boolean;
}

/**
 * The shortest path of dependencies from one class to another: a strong one if there is any, else one that never
 * deadlocks since somewhere readers do not wait for one another (Documentation/locking/lockdep-design.rst).
 */
export function shortestPath({ graph }: LockGraph, from: number, to: number): Chain | undefined {
  const search = (strong: boolean): Chain | undefined => {
    const within = strong ? graph : { ...graph, kinds: graph.kinds.map(() => EN) };
    const path = new PathSearch(within).shortest(from, ARRIVED_N, (node) => node === to);
    return path === undefined ? undefined : { path, strong };
  };
  return search(true) ?? search(false);
}

/** Each dependency of a path with its evidence, in the kind that leads on. */
export function linksOf(locks: LockGraph, { path }: Chain): FindingDependency[] {
  let arrived = ARRIVED_N;
  return path.slice(1).map((to, i) => {
    const from = path[i];
    const kinds = locks.graph.kinds[edgeOf(locks.graph, from, to)];
    const next = step(arrived, kinds);
    // Writers before readers; after a recursive read only an exclusive holder's dependency leads on.
    const preferred = arrived === ARRIVED_N || next === BLOCKED ? [EN, SN, ER, SR] : [EN, ER];
    const kind = preferred.find((bit) => kinds & bit) ?? EN;
    arrived = next === BLOCKED ? ARRIVED_N : next;
    return dependencyOf(locks, { kind, ...locks.evidence(from, to, kind) });
  });
}

/** The names along a path, the lock that is held first on the left. */
export function pathNames({ classes }: LockGraph, { path }: Chain): string[] {
  return path.map((index) => classes[index].name);
}

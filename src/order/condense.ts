import { Graph } from "@dagrejs/graphlib";
import { components } from "../lockgraph/components.js";
import type { LockGraph } from "../lockgraph/lock-graph.js";

/** Classes that lie on cycles with one another: among them there is no order. */
export interface Group {
  readonly name: string;
  readonly locks: readonly string[];
}

/** The lock graph with each cycle folded into one node: what is left has an order. */
export interface Condensed {
  readonly groups: readonly Group[];
  /** Nodes are lock classes and groups, by name. */
  readonly graph: Graph;
  /** The nodes, each after all that are taken under it. */
  readonly innermostFirst: readonly string[];
}

export function condense({ classes, dependencies, graph: { rows, targets } }: LockGraph): Condensed {
  // Tarjan's algorithm numbers a component when all that it leads to have a number.
  const component = components(
    classes.length,
    (node) => rows[node + 1] - rows[node],
    (node, i) => targets[rows[node] + i],
  );
  const members: string[][] = [];
  classes.forEach(({ name }, i) => {
    members[component[i]] ??= [];
    members[component[i]].push(name);
  });
  const groups = members
    .filter((names) => names.length > 1)
    .map((names) => [...names].sort())
    .sort((a, b) => b.length - a.length || (a[0] < b[0] ? -1 : 1))
    .map((locks, i): Group => ({ name: `cycle ${i + 1}`, locks }));
  const groupOf = new Map(groups.flatMap(({ name, locks }) => locks.map((lock) => [lock, name] as const)));
  const nodeOf = (lock: string) => groupOf.get(lock) ?? lock;
  const graph = new Graph();
  for (const name of classes.map(({ name }) => name).sort()) graph.setNode(nodeOf(name));
  for (const { from, to } of dependencies) {
    const [outer, inner] = [nodeOf(classes[from].name), nodeOf(classes[to].name)];
    if (outer !== inner) graph.setEdge(outer, inner);
  }
  return { groups, graph, innermostFirst: members.map(([name]) => nodeOf(name)) };
}

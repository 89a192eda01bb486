import { alg, Graph } from "@dagrejs/graphlib";
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
}

export function condense({ classes, dependencies }: LockGraph): Condensed {
  const whole = new Graph();
  const names = classes.map(({ name }) => name);
  for (const name of [...names].sort()) whole.setNode(name);
  const edges = dependencies.map(({ from, to }) => [names[from], names[to]] as const);
  for (const [from, to] of edges) whole.setEdge(from, to);

  const groups = alg
    .tarjan(whole)
    .filter((component) => component.length > 1)
    .map((component) => [...component].sort())
    .sort((a, b) => b.length - a.length || (a[0] < b[0] ? -1 : 1))
    .map((locks, i): Group => ({ name: `cycle ${i + 1}`, locks }));
  const nodeOf = new Map(groups.flatMap(({ name, locks }) => locks.map((lock) => [lock, name] as const)));
  const graph = new Graph();
  for (const name of whole.nodes()) graph.setNode(nodeOf.get(name) ?? name);
  for (const [from, to] of edges) {
    const [outer, inner] = [nodeOf.get(from) ?? from, nodeOf.get(to) ?? to];
    if (outer !== inner) graph.setEdge(outer, inner);
  }
  return { groups, graph };
}

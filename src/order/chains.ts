import type { Graph } from "@dagrejs/graphlib";
import { compare } from "../source/compare.js";

/** The outermost lock first. */
export type OrderChain = readonly string[];

/**
 * The longest chains of a graph without cycles, as many as it takes to name every node once: each chain is a longest
 * one through some node that no chain before it has. Longest first; by name where that leaves a choice.
 * @param innermostFirst its nodes, each after its successors
 */
export function longestChains(graph: Graph, innermostFirst: readonly string[]): OrderChain[] {
  const down = furthest(innermostFirst, (node) => graph.successors(node) ?? []);
  const up = furthest(innermostFirst.toReversed(), (node) => graph.predecessors(node) ?? []);
  const length = (node: string) => lengthOf(up, node) + lengthOf(down, node);
  const open = [...innermostFirst].sort((a, b) => length(b) - length(a) || compare(a, b));
  const named = new Set<string>();
  const chains: OrderChain[] = [];
  for (const node of open) {
    if (named.has(node)) continue;
    const chain = [...follow(up, node).reverse(), node, ...follow(down, node)];
    for (const member of chain) named.add(member);
    chains.push(chain);
  }
  return chains;
}

/** By node: the neighbour that leads on furthest, and how far. */
type Furthest = ReadonlyMap<string, { readonly length: number; readonly next?: string }>;

function furthest(order: readonly string[], neighbours: (node: string) => readonly string[]): Furthest {
  const best = new Map<string, { length: number; next?: string }>();
  for (const node of order) {
    let here: { length: number; next?: string } = { length: 0 };
    for (const next of [...neighbours(node)].sort()) {
      const length = lengthOf(best, next) + 1;
      if (length > here.length) here = { length, next };
    }
    best.set(node, here);
  }
  return best;
}

function lengthOf(best: Furthest, node: string): number {
  return best.get(node)?.length ?? 0;
}

function follow(best: Furthest, node: string): string[] {
  const steps: string[] = [];
  for (let next = best.get(node)?.next; next !== undefined; next = best.get(next)?.next) steps.push(next);
  return steps;
}

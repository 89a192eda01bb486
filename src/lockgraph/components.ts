import type { Graph } from "./graph.js";
import { ARRIVED_N, ARRIVED_R, BLOCKED, NOT_RECURSIVE, step } from "./kinds.js";

/**
 * The strongly connected components of a graph whose edges `next` yields (-1: none): component numbers, one a node.
 * Tarjan's algorithm with its own stack, so that a chain of any length fits.
 */
export function components(
  size: number,
  degree: (node: number) => number,
  next: (node: number, i: number) => number,
): Int32Array {
  const component = new Int32Array(size).fill(-1);
  const index = new Int32Array(size);
  const low = new Int32Array(size);
  const progress = new Int32Array(size);
  const open = new Int32Array(size);
  const calls = new Int32Array(size);
  let openCount = 0;
  let counter = 0;
  let found = 0;
  for (let root = 0; root < size; root++) {
    if (index[root] !== 0) continue;
    let depth = 0;
    calls[0] = root;
    index[root] = low[root] = ++counter;
    open[openCount++] = root;
    while (depth >= 0) {
      const node = calls[depth];
      if (progress[node] < degree(node)) {
        const target = next(node, progress[node]++);
        if (target < 0) continue;
        if (index[target] === 0) {
          index[target] = low[target] = ++counter;
          open[openCount++] = target;
          calls[++depth] = target;
        } else if (component[target] < 0 && index[target] < low[node]) low[node] = index[target];
        continue;
      }
      if (low[node] === index[node]) {
        let member: number;
        do {
          member = open[--openCount];
          component[member] = found;
        } while (member !== node);
        found++;
      }
      if (--depth >= 0 && low[node] < low[calls[depth]]) low[calls[depth]] = low[node];
    }
  }
  return component;
}

/** The strong component of each way of arriving at each class: entry `2 * class + arrived`. */
export interface StrongComponents {
  readonly of: Int32Array;
  /** Whether no dependency is by recursive reads alone: then every class is arrived at by acquisitions that block. */
  readonly plain: boolean;
  /** Whether a strong closed path exists at all. */
  readonly cyclic: boolean;
  /** Whether this edge, entered from `arrived`, lies on a strong closed walk. */
  readonly onCycle: (source: number, edge: number, arrived: number) => boolean;
}

/**
 * Components of the strong dependency graph: a class reached by a non-recursive acquisition and the same class
 * reached only by recursive reads are two nodes, since other dependencies may follow (see strong-paths.md).
 * Where no dependency is by recursive reads alone, the second kind of node is never reached and plain components do.
 */
export function strongComponents(graph: Graph): StrongComponents {
  const { size, rows, targets, kinds } = graph;
  const plain = kinds.every((kind) => (kind & NOT_RECURSIVE) !== 0);
  let of: Int32Array;
  if (plain) {
    const byClass = components(
      size,
      (v) => rows[v + 1] - rows[v],
      (v, i) => targets[rows[v] + i],
    );
    of = new Int32Array(2 * size).fill(-1);
    for (let v = 0; v < size; v++) of[2 * v] = byClass[v];
  } else {
    of = components(
      2 * size,
      (node) => rows[(node >> 1) + 1] - rows[node >> 1],
      (node, i) => {
        const edge = rows[node >> 1] + i;
        const arrives = step(node & 1, kinds[edge]);
        return arrives === BLOCKED ? -1 : 2 * targets[edge] + arrives;
      },
    );
  }
  const onCycle = (source: number, edge: number, arrived: number): boolean => {
    const arrives = step(arrived, kinds[edge]);
    return (
      arrives !== BLOCKED &&
      of[2 * source + arrived] >= 0 &&
      of[2 * source + arrived] === of[2 * targets[edge] + arrives]
    );
  };
  let cyclic = false;
  for (let v = 0; v < size && !cyclic; v++) {
    for (let e = rows[v]; e < rows[v + 1] && !cyclic; e++)
      cyclic = onCycle(v, e, ARRIVED_N) || (!plain && onCycle(v, e, ARRIVED_R));
  }
  return { of, plain, cyclic, onCycle };
}

/**
 * A directed graph over small integers, as rows of typed arrays: the dependencies of class `v` are
 * `targets[rows[v]] .. targets[rows[v + 1] - 1]`, ascending, each once, its kinds or-ed together.
 */
export interface Graph {
  readonly size: number;
  readonly rows: Int32Array;
  readonly targets: Int32Array;
  readonly kinds: Uint8Array;
}

/** Takes names and dependencies in any order; `graph()` sorts and folds them in linear time. */
export class GraphBuilder {
  readonly names: string[] = [];
  readonly #ids = new Map<string, number>();
  #from: Int32Array;
  #to: Int32Array;
  #kinds: Uint8Array;
  #count = 0;

  /** @param expected how many dependencies to make room for at first */
  constructor(expected = 64) {
    this.#from = new Int32Array(expected);
    this.#to = new Int32Array(expected);
    this.#kinds = new Uint8Array(expected);
  }

  /** The number of a name, from 0 in the order of their first appearance. */
  intern(name: string): number {
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = this.names.length;
      this.#ids.set(name, id);
      this.names.push(name);
    }
    return id;
  }

  /** Adds a dependency `from` → `to` of these kinds. A class's dependency on itself is no edge: see check_deadlock(). */
  add(from: number, to: number, kinds: number): void {
    if (from === to) return;
    if (this.#count === this.#from.length) this.#grow();
    this.#from[this.#count] = from;
    this.#to[this.#count] = to;
    this.#kinds[this.#count++] = kinds;
  }

  /** @param size how many classes there are, where not all were named here */
  graph(size = this.names.length): Graph {
    return buildGraph(size, this.#count, this.#from, this.#to, this.#kinds);
  }

  #grow(): void {
    const size = Math.max(16, this.#count * 2);
    this.#from = extend(this.#from, new Int32Array(size));
    this.#to = extend(this.#to, new Int32Array(size));
    this.#kinds = extend(this.#kinds, new Uint8Array(size));
  }
}

function extend<T extends Int32Array | Uint8Array>(old: T, wider: T): T {
  wider.set(old);
  return wider;
}

/** Two counting sorts (by target, then stably by source), then equal neighbours folded into one. */
function buildGraph(size: number, count: number, from: Int32Array, to: Int32Array, kinds: Uint8Array): Graph {
  const byTarget = countingSort(size, count, to, undefined);
  const order = countingSort(size, count, from, byTarget);
  const rows = new Int32Array(size + 1);
  const targets = new Int32Array(count);
  const folded = new Uint8Array(count);
  let last = -1;
  let row = 0;
  for (let i = 0; i < count; i++) {
    const edge = order[i];
    const source = from[edge];
    if (last >= rows[row] && source === row && targets[last] === to[edge]) {
      folded[last] |= kinds[edge];
      continue;
    }
    while (row < source) rows[++row] = last + 1;
    last++;
    targets[last] = to[edge];
    folded[last] = kinds[edge];
  }
  while (row < size) rows[++row] = last + 1;
  if (last + 1 === count) return { size, rows, targets, kinds: folded };
  return { size, rows, targets: targets.slice(0, last + 1), kinds: folded.slice(0, last + 1) };
}

function countingSort(
  size: number,
  count: number,
  keys: Int32Array,
  order: Int32Array | undefined,
): Int32Array {
  const starts = new Int32Array(size + 1);
  for (let i = 0; i < count; i++) starts[keys[i] + 1]++;
  for (let v = 0; v < size; v++) starts[v + 1] += starts[v];
  const sorted = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const item = order === undefined ? i : order[i];
    sorted[starts[keys[item]]++] = item;
  }
  return sorted;
}

/** The number of the dependency `from` → `to`, or -1. */
export function edgeOf(graph: Graph, from: number, to: number): number {
  let low = graph.rows[from];
  let high = graph.rows[from + 1] - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const target = graph.targets[middle];
    if (target === to) return middle;
    if (target < to) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The same graph with every dependency turned round. */
export function reverse(graph: Graph): Graph {
  const { size, rows, targets, kinds } = graph;
  const starts = new Int32Array(size + 1);
  for (const target of targets) starts[target + 1]++;
  for (let v = 0; v < size; v++) starts[v + 1] += starts[v];
  const back = new Int32Array(targets.length);
  const backKinds = new Uint8Array(targets.length);
  const next = starts.slice(0, size);
  for (let v = 0; v < size; v++) {
    for (let e = rows[v]; e < rows[v + 1]; e++) {
      const place = next[targets[e]]++;
      back[place] = v;
      backKinds[place] = kinds[e];
    }
  }
  return { size, rows: starts, targets: back, kinds: backKinds };
}

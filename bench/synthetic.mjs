// Made-up lock graphs, the same on every run.

/** Marsaglia's xorshift32: whole numbers below `limit`. */
function randomNumbers(seed) {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * limit);
  };
}

/** A set of pairs of fixed size in typed arrays, so that it hardly shows in the memory measured. */
function pairSet(count) {
  const size = 2 ** Math.ceil(Math.log2(2 * count));
  const slots = new Float64Array(size).fill(-1);
  return (pair) => {
    let slot = Math.imul(pair % 0x7fffffff, 0x9e3779b1) & (size - 1);
    while (slots[slot] !== -1 && slots[slot] !== pair) slot = (slot + 1) & (size - 1);
    const fresh = slots[slot] === -1;
    slots[slot] = pair;
    return fresh;
  };
}

const SHAPES = {
  /** From lower to higher number. */
  acyclic: (a, b) => [Math.min(a, b), Math.max(a, b)],
  /** The same, with one cycle of three classes per 1,000 planted (below). */
  planted: (a, b) => [Math.min(a, b), Math.max(a, b)],
  /** Any to any: nearly all classes end up in one strong component. */
  giant: (a, b) => [a, b],
};

/**
 * `dependencies` different pairs of `classes` classes, by their names. The planted cycles are three classes next to
 * each other in the order: nothing else gets into their components.
 */
export function lockGraph(shape, classes, dependencies) {
  const random = randomNumbers(0x5eed);
  const isNew = pairSet(dependencies);
  const from = new Int32Array(dependencies);
  const to = new Int32Array(dependencies);
  let count = 0;
  const add = (source, target) => {
    if (source === target || !isNew(source * classes + target)) return;
    from[count] = source;
    to[count++] = target;
  };
  if (shape === "planted") {
    for (let first = 500; first < classes; first += 1000) {
      add(first, first + 1);
      add(first + 1, first + 2);
      add(first + 2, first);
    }
  }
  while (count < dependencies) add(...SHAPES[shape](random(classes), random(classes)));
  const names = Array.from({ length: classes }, (_, i) => `driver_${i % 97}/lock_${i}`);
  return { names, from, to };
}

import fc from "fast-check";
import { type Graph, GraphBuilder } from "../../src/lockgraph/graph.js";
import { EN, ER, SN, SR } from "../../src/lockgraph/kinds.js";

/** One dependency as a test draws it: kinds is a set of EN, ER, SN, SR. */
export interface Drawn {
  readonly from: number;
  readonly to: number;
  readonly kinds: number;
}

export function graphOf(size: number, drawn: readonly Drawn[]): Graph {
  const builder = new GraphBuilder(drawn.length);
  for (const { from, to, kinds } of drawn) builder.add(from, to, kinds);
  return builder.graph(size);
}

/** Small graphs; `plain` ones have no dependency by recursive reads alone. */
export function graphs(size: number, most: number, kinds = fc.integer({ min: 1, max: 15 })) {
  const node = fc.integer({ min: 0, max: size - 1 });
  return fc
    .array(fc.record({ from: node, to: node, kinds }), { maxLength: most })
    .map((drawn) => ({ drawn, graph: graphOf(size, drawn) }));
}

export const PLAIN = fc.constantFrom(EN, SN, EN | SN, EN | ER, SN | SR, EN | ER | SN | SR);

/** The kinds of each pair of classes, or-ed together; a class does not depend on itself. */
export function kindsOf(drawn: readonly Drawn[]): Map<string, number> {
  const kinds = new Map<string, number>();
  for (const { from, to, kinds: more } of drawn) {
    if (from === to) continue;
    const key = `${from} ${to}`;
    kinds.set(key, (kinds.get(key) ?? 0) | more);
  }
  return kinds;
}

/** All ways of choosing one kind for each of these sets of kinds. */
function* labelings(sets: readonly number[]): Generator<number[]> {
  if (sets.length === 0) {
    yield [];
    return;
  }
  const [first, ...rest] = sets;
  for (const kind of [EN, ER, SN, SR]) {
    if (!(first & kind)) continue;
    for (const others of labelings(rest)) yield [kind, ...others];
  }
}

const endsRecursive = (kind: number) => (kind & (ER | SR)) !== 0;
const beginsShared = (kind: number) => (kind & (SN | SR)) !== 0;

/** lockdep-design.rst: a path is strong if nowhere -(*R)-> is followed by -(S*)->. */
export function isStrongPath(kinds: readonly number[]): boolean {
  return kinds.every((kind, i) => i === 0 || !(endsRecursive(kinds[i - 1]) && beginsShared(kind)));
}

/** A closed path is strong if, besides, its last dependency and its first are no such pair. */
export function isStrongCycle(kinds: readonly number[]): boolean {
  return isStrongPath([...kinds, kinds[0]]);
}

/** Whether the dependencies of a closed path can be taken in kinds that make it strong. */
export function canBeStrong(drawn: readonly Drawn[], cycle: readonly number[]): boolean {
  const all = kindsOf(drawn);
  const sets = cycle.map((from, i) => all.get(`${from} ${cycle[(i + 1) % cycle.length]}`) ?? 0);
  if (sets.includes(0)) return false;
  for (const kinds of labelings(sets)) if (isStrongCycle(kinds)) return true;
  return false;
}

/** Every elementary strong cycle, by trying every sequence of different classes and every choice of kinds. */
export function allStrongCycles(size: number, drawn: readonly Drawn[]): number[][] {
  const kinds = kindsOf(drawn);
  const found: number[][] = [];
  const extend = (path: number[]): void => {
    const last = path[path.length - 1];
    if (path.length > 1 && kinds.has(`${last} ${path[0]}`) && canBeStrong(drawn, path)) found.push([...path]);
    for (let next = path[0] + 1; next < size; next++) {
      if (!path.includes(next) && kinds.has(`${last} ${next}`)) extend([...path, next]);
    }
  };
  for (let first = 0; first < size; first++) extend([first]);
  return found;
}

/**
 * The length of the shortest strong closed path through each dependency, classes repeated or not: by walking from it,
 * a set of (class, last kind) pairs at a time, until it comes round.
 */
export function shortestClosedPath(drawn: readonly Drawn[], from: number, to: number): number {
  const kinds = [...kindsOf(drawn)].flatMap(([pair, set]) => {
    const [a, b] = pair.split(" ").map(Number);
    return [EN, ER, SN, SR].filter((kind) => set & kind).map((kind) => ({ from: a, to: b, kind }));
  });
  let best = 0;
  for (const first of kinds.filter((edge) => edge.from === from && edge.to === to)) {
    let level = [first];
    const seen = new Set<string>();
    for (let length = 1; level.length > 0; length++) {
      const closes = level.some((edge) => edge.to === from && isStrongPath([edge.kind, first.kind]));
      if (closes && (best === 0 || length < best)) best = length;
      level = level.flatMap((edge) =>
        kinds.filter((next) => {
          const key = `${next.from} ${next.to} ${next.kind}`;
          if (next.from !== edge.to || !isStrongPath([edge.kind, next.kind]) || seen.has(key)) return false;
          seen.add(key);
          return true;
        }),
      );
    }
  }
  return best;
}

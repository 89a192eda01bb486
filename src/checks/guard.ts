import { closesStrongly } from "../lockgraph/cycles.js";
import type { LockGraph } from "../lockgraph/lock-graph.js";
import { kindsSeen, type Way } from "../lockgraph/occurrences.js";
import type { Scope } from "../manifest/words.js";
import type { CycleLink } from "./cycles.js";
import { type Gate, gatesHeld, isAboutOne, type OnCycle, separator } from "./gates.js";

/**
 * Whether the threads of a cycle of locks can be on it at the same time.
 *
 * - `stuck`: in these ways of making its dependencies; the evidence is theirs.
 * - `guarded`: never. Whichever way each dependency is made, two of the threads hold one lock, and one of them
 *   exclusively. `gates` are these locks: the one that is held every time, where there is such a one.
 */
export type Meeting =
  | { readonly kind: "stuck"; readonly links: readonly CycleLink[] }
  | { readonly kind: "guarded"; readonly gates: readonly string[] };

/** One way in which a dependency is made, with what the thread holds then. */
interface HoldingWay extends Way {
  readonly holds: readonly Gate[];
}

/**
 * Looks at every way in which the dependencies of a cycle are made: what is held there, by the body itself or by all of
 * its callers. A lock keeps two threads apart only under all of these, else a real deadlock would be called guarded:
 * - each of the two holds it before its dependency's first lock: a gate taken between the two locks does not keep
 *   another thread from holding the first;
 * - one of them holds it exclusively;
 * - there is no more than one of it where there is one of each lock on the cycle, and it is this one: not that of
 *   another fence or device, which the thread is about, too (gates.ts).
 *
 * lockdep knows no gates, and reports whatever cycle it sees. One that only we see (kindsSeen()) must not be a false
 * alarm in its place: it is told only if threads can really get stuck in it, and not only behind a writer that nobody
 * has seen.
 * @returns nothing for a cycle that is not worth telling
 */
export function meetingOf(links: readonly CycleLink[], locks: LockGraph): Meeting | undefined {
  const { classes, occurrences } = locks;
  const onCycle = links.map(({ dependency }) => classes[dependency.from].lock);
  const all = links.map(({ dependency: { from, to } }) =>
    occurrences.all(classes[from].key, classes[to].key),
  );
  // Neighbours share a lock, by which to tell whose a gate is; those further apart only what is between them.
  const isOne = once(
    (scope: Scope) => links.length > 3 && all.every((some) => some.every((way) => isAboutOne(way, scope))),
  );
  const waysOf = (wholly: boolean) =>
    all.map((some, i) => distinctWays(some, i, { locks: onCycle, wholly, isOne }, locks));
  const shownOf = (ways: readonly (readonly HoldingWay[])[]) =>
    ways.map((some, i) => some.filter(({ kind }) => kind === links[i].kind));
  if (!closesStrongly(all.map(kindsSeen))) {
    const found = together(links, shownOf(waysOf(true)), blocks);
    return found === undefined ? undefined : { kind: "stuck", links: found };
  }
  const ways = waysOf(false);
  const shown = together(links, shownOf(ways));
  if (shown !== undefined) return { kind: "stuck", links: shown };
  // In other kinds than those shown they may come together all the same.
  if (together(links, ways) !== undefined) return { kind: "stuck", links };
  return { kind: "guarded", gates: gatesOf(ways, locks) };
}

function once<K, V>(find: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key) ?? find(key);
    known.set(key, found);
    return found;
  };
}

/** One way for each set of what is held, those found first first. */
function distinctWays(
  all: readonly Way[],
  place: number,
  cycle: OnCycle,
  locks: LockGraph,
): readonly HoldingWay[] {
  const ways = new Map<string, HoldingWay>();
  for (const way of all) {
    const holds = gatesHeld(way, place, cycle, locks);
    const names = holds.map(({ key, exclusive, of }) => `${key} ${exclusive} ${of}`);
    const name = [way.kind, ...new Set(names.sort())].join();
    if (!ways.has(name)) ways.set(name, { ...way, holds });
  }
  return [...ways.values()];
}

/** Looks at single ways, in all: what takes more counts as coming together. */
const EFFORT = 1_000;

/**
 * The cycle with the first combination of ways, of those that `suits` accepts, in which no two threads hold one lock,
 * one of them exclusively.
 */
function together(
  links: readonly CycleLink[],
  ways: readonly (readonly HoldingWay[])[],
  suits: (links: readonly CycleLink[]) => boolean = () => true,
): readonly CycleLink[] | undefined {
  const chosen: HoldingWay[] = [];
  const next: number[] = [0];
  for (let effort = EFFORT; effort > 0; effort--) {
    const depth = chosen.length;
    const way: HoldingWay | undefined = ways[depth][next[depth]++];
    if (way === undefined) {
      if (chosen.pop() === undefined) return undefined;
      next.pop();
    } else if (chosen.every((other) => separator(other.holds, way.holds) === undefined)) {
      chosen.push(way);
      next[depth + 1] = 0;
      if (chosen.length < links.length) continue;
      const found = links.map((link, i) => ({ ...link, evidence: chosen[i].evidence() }));
      if (suits(found)) return found;
      chosen.pop();
      next.pop();
    }
  }
  return links;
}

/** The one lock that is held exclusively every time, or else all that keep some two apart. */
function gatesOf(ways: readonly (readonly HoldingWay[])[], { classes, indexOf }: LockGraph): string[] {
  const apartBy = (counts: (gate: Gate) => boolean): (number | undefined)[] =>
    ways.flatMap((some, i) =>
      some.flatMap(({ holds }) =>
        ways
          .slice(i + 1)
          .flatMap((rest) =>
            rest.map((other) => separator(holds.filter(counts), other.holds.filter(counts))),
          ),
      ),
    );
  const apart = apartBy(() => true);
  const common = [
    ...new Set(ways.flatMap((some) => some.flatMap(({ holds }) => holds.map(({ key }) => key)))),
  ]
    .sort((a, b) => a - b)
    .find((key) => apartBy((gate) => gate.key === key && gate.exclusive).every((found) => found === key));
  const names = (common === undefined ? apart : [common]).flatMap((key) => {
    const index = key === undefined ? undefined : indexOf(key);
    return index === undefined ? [] : [classes[index].name];
  });
  return [...new Set(names)].sort();
}

/** Whether each thread waits for what the next one holds, and not only behind a writer that nobody has seen. */
function blocks(links: readonly CycleLink[]): boolean {
  return links.every(({ evidence }, i) => {
    const next = links[(i + 1) % links.length].evidence;
    return evidence.mode === "write" || next.held.mode === "write";
  });
}

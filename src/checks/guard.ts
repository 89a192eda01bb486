import type { LockClass } from "../link/program.js";
import { isGate } from "../lockgraph/callers.js";
import { closesStrongly } from "../lockgraph/cycles.js";
import type { LockGraph } from "../lockgraph/lock-graph.js";
import { kindsSeen, type Way } from "../lockgraph/occurrences.js";
import { SCOPES } from "../manifest/words.js";
import type { CycleLink } from "./cycles.js";

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
  /** By key; true where it is held exclusively. */
  readonly holds: ReadonlyMap<number, boolean>;
}

/**
 * Looks at every way in which the dependencies of a cycle are made: what is held there, by the body itself or by all of
 * its callers. A lock keeps two threads apart only under all of these, else a real deadlock would be called guarded:
 * - each of the two holds it before its dependency's first lock: a gate taken between the two locks does not keep
 *   another thread from holding the first;
 * - one of them holds it exclusively;
 * - there is no more than one of it where there is one of each lock on the cycle: covers().
 *
 * lockdep knows no gates, and reports whatever cycle it sees. One that only we see (kindsSeen()) must not be a false
 * alarm in its place: it is told only if threads can really get stuck in it, and not only behind a writer that nobody
 * has seen.
 * @returns nothing for a cycle that is not worth telling
 */
export function meetingOf(links: readonly CycleLink[], locks: LockGraph): Meeting | undefined {
  const { classes, occurrences } = locks;
  const onCycle = links.map(({ dependency }) => classes[dependency.from].lock);
  const isCovering = (lock: LockClass) => covers(lock, onCycle);
  const all = links.map(({ dependency: { from, to } }) =>
    occurrences.all(classes[from].key, classes[to].key),
  );
  if (!closesStrongly(all.map(kindsSeen))) {
    const isHeld = (lock: LockClass) => onCycle.includes(lock) || isCovering(lock);
    const ways = links.map((link, i) => distinctWays(all[i], locks, isHeld, true).filter(ofKind(link)));
    const found = together(links, ways, blocks);
    return found === undefined ? undefined : { kind: "stuck", links: found };
  }
  const isGating = (lock: LockClass) => !onCycle.includes(lock) && isCovering(lock);
  const ways = all.map((some) => distinctWays(some, locks, isGating, false));
  const shown = together(
    links,
    ways.map((some, i) => some.filter(ofKind(links[i]))),
  );
  if (shown !== undefined) return { kind: "stuck", links: shown };
  // In other kinds than those shown they may come together all the same.
  if (together(links, ways) !== undefined) return { kind: "stuck", links };
  return { kind: "guarded", gates: gatesOf(ways, locks) };
}

/** One way for each set of what is held, those found first first. `wholly`: also what is taken after the first lock. */
function distinctWays(
  all: readonly Way[],
  { callers }: LockGraph,
  counts: (lock: LockClass) => boolean,
  wholly: boolean,
): HoldingWay[] {
  const ways = new Map<string, HoldingWay>();
  for (const way of all) {
    const { activation, held, index } = way.occurrence;
    const holds = new Map<number, boolean>();
    const own = wholly ? held : held.slice(0, index);
    for (const entry of [...callers.must(activation), ...own]) {
      if (!entry.repeated && counts(entry.lock))
        holds.set(entry.key, holds.get(entry.key) === true || isGate(entry));
    }
    const name = `${way.kind} ${[...holds].sort(([a], [b]) => a - b).join(" ")}`;
    if (!ways.has(name)) ways.set(name, { ...way, holds });
  }
  return [...ways.values()];
}

function ofKind({ kind }: CycleLink): (way: Way) => boolean {
  return (way) => way.kind === kind;
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
    } else if (chosen.every((other) => separator(other, way) === undefined)) {
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

/** The lock that keeps two threads from being there at the same time. */
function separator(a: HoldingWay, b: HoldingWay): number | undefined {
  for (const [key, exclusive] of a.holds) {
    const other = b.holds.get(key);
    if (other !== undefined && (exclusive || other)) return key;
  }
  return undefined;
}

/** The one lock that is held exclusively every time, or else all that keep some two apart. */
function gatesOf(ways: readonly (readonly HoldingWay[])[], { classes, indexOf }: LockGraph): string[] {
  const [first, ...others] = ways.flat();
  const common = [...first.holds.keys()]
    .sort((a, b) => a - b)
    .find((key) => first.holds.get(key) && others.every(({ holds }) => holds.get(key)));
  const apart = ways.flatMap((some, i) =>
    some.flatMap((one) => ways.slice(i + 1).flatMap((rest) => rest.map((other) => separator(one, other)))),
  );
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

/** Whether there is no more than one of a lock where there is one of each of these. */
function covers(gate: LockClass, locks: readonly LockClass[]): boolean {
  if (gate.scope === "global") return true;
  if (gate.scope === "fence") return false;
  const width = SCOPES.indexOf(gate.scope);
  return locks.every((lock) => SCOPES.indexOf(lock.scope) <= width && lock.driver === gate.driver);
}

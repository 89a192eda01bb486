import { type Cycle, isStrong, type LeftOut, listCycles } from "../lockgraph/cycles.js";
import type { Dependency } from "../lockgraph/dependencies.js";
import type { Evidence } from "../lockgraph/evidence.js";
import { edgeOf } from "../lockgraph/graph.js";
import { ARRIVED_N, ARRIVED_R, BLOCKED, EN, ER, SN, SR, step } from "../lockgraph/kinds.js";
import type { LockGraph } from "../lockgraph/lock-graph.js";
import { isWait } from "../lockgraph/usage.js";
import type { Held } from "../trace/state.js";
import { fencesAlone, otherSignaller } from "./fence-wait.js";
import { meetingOf } from "./guard.js";

/** One dependency of a strong cycle, in the kind that makes the cycle strong. */
export interface CycleLink {
  readonly dependency: Dependency;
  readonly kind: number;
  readonly evidence: Evidence;
}

/**
 * All strong cycles that are problems of their own. A cycle through A → B → C where one thread takes C with both A
 * and B held is left to the shorter one through A → C, if that is a deadlock itself: fewer CPUs show the same. Each begins
 * with its first name.
 */
export function problemCycles(locks: LockGraph): {
  readonly cycles: readonly Cycle[];
  readonly leftOut?: LeftOut;
} {
  const { cycles, leftOut } = listCycles(locks.graph, locks.strong);
  const stuck = new Map<string, boolean>();
  /** A shorter cycle stands for a longer one only where it is an error itself. */
  const standsAlone = (cycle: Cycle): boolean => {
    const name = cycle.join(" ");
    let found = stuck.get(name);
    if (found === undefined) {
      found = isStrong(locks.graph, cycle) && isStuck(locks, cycle);
      stuck.set(name, found);
    }
    return found;
  };
  const kept = cycles
    .filter((cycle) => !hasShortcut(locks, cycle, standsAlone))
    .map((cycle) => byName(locks, cycle));
  return { cycles: kept, leftOut };
}

/** Whether its threads can meet, and nobody ends what they wait for. */
function isStuck(locks: LockGraph, cycle: Cycle): boolean {
  return cycle.some((index) => isWait(locks.classes[index].lock))
    ? !fencesAlone(locks, cycle) && otherSignaller(locks, cycle) === undefined
    : meetingOf(linksOf(locks, cycle), locks)?.kind === "stuck";
}

function hasShortcut(locks: LockGraph, cycle: Cycle, standsAlone: (cycle: Cycle) => boolean): boolean {
  if (cycle.length < 3) return false;
  return cycle.some((middle, i) => {
    const before = cycle[(i + cycle.length - 1) % cycle.length];
    const after = cycle[(i + 1) % cycle.length];
    const dependency = locks.dependency(middle, after);
    return (
      dependency !== undefined &&
      alsoBelow(locks, before, dependency) &&
      standsAlone(cycle.filter((other) => other !== middle))
    );
  });
}

/** Whether `before` is held, too, in some way of taking `to` with `from` held. */
function alsoBelow(locks: LockGraph, before: number, { from, to }: Dependency): boolean {
  if (locks.dependency(before, to) === undefined) return false;
  // What leads up to a signal needs all that it takes, in whatever order it takes them.
  if (isWait(locks.classes[before].lock)) return true;
  const { classes, occurrences, callers } = locks;
  const { key } = classes[before];
  const isBefore = (held: Held) => held.key === key;
  return (
    occurrences.some(classes[from].key, classes[to].key, ({ held, index }) =>
      held.slice(0, index).some(isBefore),
    ) ||
    occurrences.some(classes[from].key, classes[to].key, ({ activation }) =>
      callers.may(activation, isBefore),
    )
  );
}

/** The rotation that begins with the first name: the same however classes are numbered. */
function byName({ classes }: LockGraph, cycle: Cycle): Cycle {
  let first = 0;
  cycle.forEach((index, i) => {
    if (classes[index].name < classes[cycle[first]].name) first = i;
  });
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}

/** Picks for each dependency a kind, so that the whole is a strong cycle; writers before readers. */
export function linksOf(locks: LockGraph, cycle: Cycle): CycleLink[] {
  for (const start of [ARRIVED_N, ARRIVED_R]) {
    let arrived = start;
    const kinds: number[] = [];
    for (let i = 0; i < cycle.length && arrived !== BLOCKED; i++) {
      const all = locks.graph.kinds[edgeOf(locks.graph, cycle[i], cycle[(i + 1) % cycle.length])];
      const next = step(arrived, all);
      const usable = arrived === ARRIVED_R ? [EN, ER] : next === ARRIVED_N ? [EN, SN] : [ER, SR];
      const kind = usable.find((candidate) => all & candidate);
      if (kind !== undefined) kinds.push(kind);
      arrived = kind === undefined ? BLOCKED : next;
    }
    if (arrived === BLOCKED || (start === ARRIVED_N && arrived !== ARRIVED_N)) continue;
    return kinds.map((kind, i) => linkOf(locks, cycle[i], cycle[(i + 1) % cycle.length], kind));
  }
  throw new Error(
    `a cycle that was found strong is not: ${cycle.map((i) => locks.classes[i].name).join(" -> ")}`,
  );
}

function linkOf(locks: LockGraph, from: number, to: number, kind: number): CycleLink {
  return { kind, ...locks.evidence(from, to, kind) };
}

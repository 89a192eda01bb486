import type { LockClass } from "../link/program.js";
import { gatesBefore } from "../lockgraph/callers.js";
import type { LockGraph } from "../lockgraph/lock-graph.js";
import { SCOPES } from "../manifest/words.js";
import type { CycleLink } from "./cycles.js";

/**
 * The gate lock of a cycle, if it has one: then no two threads can be on it at the same time.
 *
 * Sound only under all of these, else a real deadlock would be called guarded:
 * - every dependency of the cycle is made under it, each time that the dependency is made (the
 *   intersection over all its occurrences, and over all ways of calling each of them), and it is taken before the dependency's first lock: a gate taken between
 *   the two does not keep another thread from holding the first;
 * - it is held exclusively each time, so that two threads cannot share it;
 * - there is no more than one of it where there is one of each lock on the cycle: its scope is as wide as the widest
 *   of theirs, and, unless it is global, it belongs to the same driver. A lock of each fence guards nothing between
 *   two fences.
 */
export function gateOf(links: readonly CycleLink[], locks: LockGraph): string | undefined {
  const onCycle = links.map(({ dependency }) => locks.classes[dependency.from].lock);
  let common: ReadonlySet<number> | undefined;
  for (const { dependency } of links) {
    const [from, to] = [locks.classes[dependency.from].key, locks.classes[dependency.to].key];
    for (const { activation, held, index } of locks.occurrences.all(from, to)) {
      const gates = gatesBefore(locks.callers, activation, held, index);
      common = common === undefined ? gates : new Set([...common].filter((key) => gates.has(key)));
      if (common.size === 0) return undefined;
    }
  }
  for (const key of [...(common ?? [])].sort((a, b) => a - b)) {
    const index = locks.indexOf(key);
    const gate = index === undefined ? undefined : locks.classes[index];
    if (gate !== undefined && !onCycle.includes(gate.lock) && covers(gate.lock, onCycle)) return gate.name;
  }
  return undefined;
}

function covers(gate: LockClass, locks: readonly LockClass[]): boolean {
  if (gate.scope === "global") return true;
  const width = SCOPES.indexOf(gate.scope);
  if (gate.scope === "fence") return false;
  return locks.every((lock) => SCOPES.indexOf(lock.scope) <= width && lock.driver === gate.driver);
}

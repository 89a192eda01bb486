import type { ChainLink, FindingDependency } from "../checks/finding.js";
import type { ChangedPlace } from "../checks/mend.js";
import type { LockKind } from "../manifest/words.js";
import type { Code } from "./model.js";

/** What a link of a chain does, as in `before it ...`: `calls f()`, `takes X`. */
export function doing({ action }: ChainLink): string {
  const match = /^(call|lock|read_lock|trylock|read_trylock|op) (.*)$/.exec(action);
  if (match === null) {
    if (action.startsWith("may sleep")) return "sleeps";
    return action === "callbacks" ? "runs callbacks" : action.replace(/^wait /, "waits ");
  }
  const [, verb, what] = match;
  if (verb === "call") return `calls ${what}()`;
  return verb === "op" ? `calls ->${what}` : `takes ${what}`;
}

export function placeOfLink({ function: name, at, manifest }: ChainLink): ChangedPlace {
  return { function: name, at, manifest };
}

/** `A -> B`: what a change for one dependency is about. */
export function pair({ from, to }: FindingDependency): string {
  return `${from} -> ${to}`;
}

/** The kind of a lock that a manifest or the policy names; a fence's own lock is a spinlock. */
export function kindOfLock({ manifests, policy }: Code, name: string): LockKind {
  const all = [...policy.locks, ...manifests.flatMap(({ locks }) => locks)];
  return all.find((lock) => lock.name === name)?.kind ?? "spinlock";
}

/** Whether it is a lock that one can take and let go of at will, and no annotation of what is going on. */
export function isLock(kind: LockKind): boolean {
  return kind !== "map" && kind !== "completion";
}

/** Whether holding such a lock keeps this CPU: then it is taken with interrupts off to be on the safe side. */
export function spins(kind: LockKind): boolean {
  return kind === "spinlock" || kind === "raw_spinlock" || kind === "rwlock";
}

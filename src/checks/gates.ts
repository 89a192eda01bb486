import type { LockClass } from "../link/program.js";
import { canGate, isGate } from "../lockgraph/callers.js";
import type { LockGraph } from "../lockgraph/lock-graph.js";
import { shareLock } from "../lockgraph/objects.js";
import type { Way } from "../lockgraph/occurrences.js";
import { SCOPES, type Scope } from "../manifest/words.js";
import { SELF_PLANE, SIGNALED_PLANE } from "../trace/events.js";
import type { Instance } from "../trace/state.js";

/** A lock that a thread holds while it makes a dependency, and that may keep others out. */
export interface Gate {
  readonly key: number;
  readonly exclusive: boolean;
  /** It is the one that belongs to these locks of the cycle, by their places on it; or the only one there is. */
  readonly of: readonly number[] | "all";
}

/** A cycle, as far as gates belong to it. */
export interface OnCycle {
  readonly locks: readonly LockClass[];
  /** Whether to look at the locks on the cycle, too, and at what is taken after a dependency's first lock. */
  readonly wholly: boolean;
  /** Whether all threads are about one object each, as far as locks of this scope go. */
  readonly isOne: (scope: Scope) => boolean;
}

/** What is held in one way of making the dependency from the lock at `place` on a cycle to the one after it. */
export function gatesHeld(
  { occurrence, objects }: Way,
  place: number,
  { locks, wholly, isOne }: OnCycle,
  { callers }: LockGraph,
): Gate[] {
  const { activation, held, index } = occurrence;
  const { frame } = activation;
  const next = (place + 1) % locks.length;
  let seconds: readonly (Instance | undefined)[] | undefined;
  /** To which locks on the cycle a lock of this object belongs. */
  const placesOf = (lock: LockClass, object: Instance | undefined): Gate["of"] => {
    if (locks.includes(lock) || lock.scope === "global") return "all";
    const isOf = (other: Instance | undefined) =>
      object !== undefined && other !== undefined && shareLock(frame, object, other, lock.scope);
    seconds ??= objects();
    const places = [...(isOf(held[index].instance) ? [place] : []), ...(seconds.every(isOf) ? [next] : [])];
    return places.length > 0 && isOne(lock.scope) ? "all" : places;
  };
  const counts = (lock: LockClass) => (locks.includes(lock) ? wholly : covers(lock, locks));
  const gates: Gate[] = [];
  const add = (key: number, exclusive: boolean, of: Gate["of"]) => {
    if (of.length > 0) gates.push({ key, exclusive, of });
  };
  for (const { key, lock, exclusive, plane } of callers.must(activation, counts)) {
    const object = plane === SELF_PLANE ? frame.self : plane === SIGNALED_PLANE ? frame.signaled : undefined;
    add(key, exclusive, placesOf(lock, object));
  }
  for (const entry of wholly ? held : held.slice(0, index)) {
    if (canGate(entry) && counts(entry.lock))
      add(entry.key, isGate(entry), placesOf(entry.lock, entry.instance));
  }
  return gates;
}

/** Whether one way takes the second lock of the object whose first it holds, as far as locks of this scope go. */
export function isAboutOne({ occurrence, objects }: Way, scope: Scope): boolean {
  const { activation, held, index } = occurrence;
  const { instance } = held[index];
  return objects().every(
    (object) => object !== undefined && shareLock(activation.frame, instance, object, scope),
  );
}

/** The lock that keeps two threads from being there at the same time. */
export function separator(a: readonly Gate[], b: readonly Gate[]): number | undefined {
  return a.find((one) => b.some((other) => keepApart(one, other)))?.key;
}

function keepApart(a: Gate, b: Gate): boolean {
  const [here, there] = [a.of, b.of];
  return (
    a.key === b.key &&
    (a.exclusive || b.exclusive) &&
    (here === "all" || there === "all" || here.some((place) => there.includes(place)))
  );
}

/** Whether there is no more than one of a lock where there is one of each of these. */
function covers(gate: LockClass, locks: readonly LockClass[]): boolean {
  if (gate.scope === "global") return true;
  if (gate.scope === "fence") return false;
  const width = SCOPES.indexOf(gate.scope);
  return locks.every((lock) => SCOPES.indexOf(lock.scope) <= width && lock.driver === gate.driver);
}

import { type LinkedStep, type LockClass, ordersNothing } from "../link/program.js";
import { kindName, kindOf } from "../lockgraph/kinds.js";
import type { LockGraph } from "../lockgraph/lock-graph.js";
import type { Mode } from "../manifest/words.js";
import {
  type Activation,
  type Call,
  OTHER_PLANE,
  type Plane,
  planeOf,
  SELF_PLANE,
  SIGNALED_PLANE,
  type Trace,
} from "../trace/events.js";
import { entryOf } from "../trace/frame.js";
import { className, type Held, type Place, SUBCLASSES } from "../trace/state.js";
import { evidence, lockCall } from "./evidence.js";
import { type Check, Collected, finding } from "./input.js";
import { subjectOf } from "./subject.js";
import { whose } from "./words.js";

/** A class taken by a thread that holds it. */
interface Recursion {
  readonly held: Held;
  readonly place: Place;
  readonly lock: LockClass;
  readonly key: number;
  readonly mode: Mode;
  /** On the same lock for certain. */
  readonly definite: boolean;
}

/** lockdep.c, check_deadlock(): a class is taken again by the thread that holds it. */
export const selfDeadlock: Check = ({ trace, locks }) => {
  const found = new Collected();
  for (const recursion of recursions(trace, locks)) {
    const { place, held, key, definite } = recursion;
    const subject = subjectOf([{ place, held }]);
    const about = definite
      ? [subject.fences, subject.ops, place.frame.body.name, held.frame.body.driver ?? ""]
      : [ownerOf(recursion), isWhatIf(held.step)];
    const id = [key, definite, ...about].join(" ");
    found.add("self-deadlock", id, entryOf(place.frame).body.name, () => report(recursion));
  }
  return found.all();
};

/** Whose lock it is; of the framework's locks, whose code begins it. */
function ownerOf({ lock, place }: Pick<Recursion, "lock" | "place">): string {
  return lock.driver ?? entryOf(place.frame).body.driver ?? "";
}

function recursions(trace: Trace, locks: LockGraph): Recursion[] {
  const found: Recursion[] = [];
  for (const activation of trace.activations) {
    for (const acquisition of activation.acquisitions) {
      const { recursionOn: held, lock, key, mode, nest } = acquisition;
      if (held === undefined || isHeldAbove(nest, activation, locks)) continue;
      const planes = [
        planeOf(activation.frame, held.instance),
        planeOf(activation.frame, acquisition.instance),
      ] as const;
      const same =
        held.instance === acquisition.instance || (planes[0] === planes[1] && planes[0] !== OTHER_PLANE);
      found.push({ held, place: acquisition, lock, key, mode, definite: isDefinite(lock, same) });
    }
    for (const call of activation.calls) {
      for (const held of call.held) {
        if (held.repeated || !canRecurse(held.lock)) continue;
        for (const member of locks.reach.membersOf(held.key)) {
          if (locks.reach.hasAnywhere(call.callee, member))
            found.push(...throughCall(call, held, member, locks));
        }
      }
    }
  }
  return found;
}

/** What stands for no lock has nothing to get stuck on; readers of rcu and srcu never wait. */
function canRecurse(lock: LockClass): boolean {
  return lock.kind !== "map" && lock.kind !== "completion" && !ordersNothing(lock);
}

/** What is held over a call and taken again somewhere below it. */
function throughCall(call: Call, held: Held, member: number, locks: LockGraph): Recursion[] {
  const { reach } = locks;
  const { lock, key } = held;
  const { mode, nest } = reach.entry(member);
  if (mode === "recursive-read" && held.mode !== "write") return [];
  if (nest !== undefined && (isHeldBefore(nest, call, held) || isHeldAbove(nest, call.caller, locks)))
    return [];
  const found: Recursion[] = [];
  for (const { place, plane } of reach.acquisitionsBelow(call, member)) {
    // A what-if takes its lock only where it is not held already.
    const same = isSame(call, held, plane);
    if (isWhatIf(place.step) && (same || lock.scope === "global")) continue;
    found.push({ held, place, lock, key, mode, definite: isDefinite(lock, same) });
  }
  return found;
}

function isWhatIf(step: LinkedStep): boolean {
  return step.kind === "lock" && step.step.kind === "lock" && step.whatIf === true;
}

/** Whether what is held is of the very object that is found below, on that plane of the callee. */
function isSame(call: Call, held: Held, plane: Plane): boolean {
  const object =
    plane === SELF_PLANE ? call.about : plane === SIGNALED_PLANE ? call.aboutSignaled : undefined;
  if (object === undefined) return false;
  const { frame } = call.caller;
  const own = planeOf(frame, object);
  return object === held.instance || (own !== OTHER_PLANE && own === planeOf(frame, held.instance));
}

/** Reservation locks are many and taken with a ticket: which one it is cannot be told from their class. */
function isDefinite(lock: LockClass, same: boolean): boolean {
  return lock.kind !== "ww_mutex" && (same || lock.scope === "global");
}

/** A nest lock that was held before the first of the two serialises them (lockdep.c, check_deadlock()). */
function isHeldBefore(nest: LockClass, { held }: Call, first: Held): boolean {
  return held.slice(0, held.indexOf(first) + 1).some(({ lock }) => lock === nest);
}

/** The same where whoever calls holds it: on a way without it, nothing keeps the two apart. */
function isHeldAbove(nest: LockClass | undefined, activation: Activation, { callers }: LockGraph): boolean {
  return nest !== undefined && callers.always(activation, ({ lock }) => lock === nest);
}

function report({ held, place, lock, key, mode, definite }: Recursion) {
  const subject = subjectOf([{ place, held }]);
  const name = className(lock, key % SUBCLASSES);
  const { report: chain, heldAt } = evidence(place, [held]);
  const taker = place.frame.body.name;
  const holder = held.frame.body.name;
  const isFenceLock = definite && held.instance.fence?.lock === lock;
  const what = isFenceLock ? `${name}, the lock of this very fence,` : name;
  const same = definite ? "holds it already" : "holds one already, perhaps the same";
  return finding({
    rule: "self-deadlock",
    certainty: definite ? "definite" : "possible",
    message: `${whose(subject, taker)}: ${taker}() takes ${what} while ${holder}() ${same}`,
    help: definite
      ? `call ${taker}() without ${name}, or let it rely on the caller's (a _locked variant)`
      : `if two instances may nest, give the inner one a class or subclass of its own (spin_lock_nested()); else do it without ${name} held`,
    ...subject,
    locks: [name],
    detail: definite
      ? [taker, "definite"]
      : [ownerOf({ lock, place }), "possible", ...(isWhatIf(held.step) ? ["hold"] : [])],
    dependencies: [
      { from: name, to: name, kind: kindName(kindOf(held.mode, mode)), held: heldAt[0], evidence: chain },
    ],
    schedule: [
      {
        cpu: 0,
        steps: [`${lockCall(held.mode, held.trylock)}(${name});`, `${lockCall(mode, false)}(${name});`],
      },
    ],
  });
}

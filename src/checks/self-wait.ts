import { classOfEvent, type LockClass } from "../link/program.js";
import type { LockGraph } from "../lockgraph/lock-graph.js";
import type { Trace } from "../trace/events.js";
import { entryOf } from "../trace/frame.js";
import { type Held, type Place, SUBCLASSES } from "../trace/state.js";
import { evidence } from "./evidence.js";
import type { Finding } from "./finding.js";
import { type Check, Collected, finding } from "./input.js";
import { subjectOf } from "./subject.js";
import { whose } from "./words.js";

/**
 * Code that waits for itself: a work that cancels itself and waits for its end (workqueue.c, __flush_work() takes the
 * lockdep_map that process_one_work() holds), and a completion that is waited for on the only way to complete().
 * Fences of one kind are many, and one may be waited for before another is signalled: they are not looked at.
 */
export const selfWait: Check = ({ program, trace, locks }) => {
  const found = new Collected();
  const add = (place: Place, held: Held | undefined, lock: LockClass, why: string) => {
    const key = [lock.name, place.frame.body.id].join(" ");
    found.add("fence-wait", key, entryOf(place.frame).body.name, () => report(place, held, lock, why));
  };
  for (const { place, held } of syncedFromWithin(trace, locks))
    add(place, held, held.lock, `for ${held.frame.body.name}() to end, in ${held.frame.body.name}() itself`);
  for (const signaller of locks.signalling.signallers) {
    if (signaller.event >= 0) continue;
    const lock = classOfEvent(program, signaller.event);
    const waits = locks.reach.membersOf(lock.id * SUBCLASSES);
    const needed = waits.find((member) => signaller.needs.has(member));
    const others = locks.signalling.of(lock).some(({ needs }) => !waits.some((member) => needs.has(member)));
    const place = needed === undefined || others ? undefined : locks.signalling.place(signaller, needed);
    if (place !== undefined) add(place, undefined, lock, `for ${lock.name}, which nothing else completes`);
  }
  return found.all();
};

/** Where a path that is running is waited for, with its running as what is held. */
function* syncedFromWithin(
  { activations }: Trace,
  { reach }: LockGraph,
): Generator<{ readonly place: Place; readonly held: Held }> {
  for (const { frame, acquisitions, calls } of activations) {
    // Its running is held by the path alone, from its first step to its last.
    if (!frame.body.running.some(isRunning)) continue;
    for (const acquisition of acquisitions) {
      if (!isRunning(acquisition.lock)) continue;
      const held = acquisition.held.find(({ key }) => key === acquisition.key);
      if (held !== undefined) yield { place: acquisition, held };
    }
    for (const call of calls) {
      for (const held of call.held) {
        if (!isRunning(held.lock)) continue;
        for (const member of reach.membersOf(held.key))
          if (reach.hasAnywhere(call.callee, member))
            for (const { place } of reach.acquisitionsBelow(call, member)) yield { place, held };
      }
    }
  }
}

/** The class that a path holds while it runs, if somebody waits for its end. */
function isRunning({ name }: LockClass): boolean {
  return name.startsWith("run(");
}

function report(place: Place, held: Held | undefined, { name }: LockClass, why: string): Finding {
  const subject = subjectOf([{ place, held }]);
  const waiter = place.frame.body.name;
  const { report: chain, heldAt } = evidence(place, held === undefined ? [] : [held]);
  return finding({
    rule: "fence-wait",
    certainty: "possible",
    message: `${whose(subject, waiter)}: ${waiter}() waits ${why}`,
    help: "wait for it elsewhere: what waits for itself never ends",
    ...subject,
    locks: [name],
    detail: [waiter],
    dependencies: [{ from: name, to: name, kind: "EN", held: heldAt[0], evidence: chain }],
    schedule: [{ cpu: 0, steps: [`${name};`, `${name};`] }],
  });
}

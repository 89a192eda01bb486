import type { LockClass } from "../link/program.js";
import { SLEEPS, TAKES_SLEEPING_LOCK } from "../lockgraph/reach.js";
import type { Context } from "../manifest/words.js";
import { OTHER_PLANE } from "../trace/events.js";
import { chainOf, entryOf, type Frame } from "../trace/frame.js";
import type { Held, Place } from "../trace/state.js";
import { evidence } from "./evidence.js";
import type { Finding } from "./finding.js";
import { type Check, Collected, finding } from "./input.js";
import { call } from "./schedule.js";
import { subjectOf, takenAround } from "./subject.js";
import { ANYTHING, CONFIG, NO_CHECK, SLEEP, WAIT_TYPE } from "./wait-types.js";
import { article, whose } from "./words.js";

/** lockdep.c, task_wait_context(): hardirq handlers count as threaded, as those of request_irq() are on PREEMPT_RT. */
const CONTEXT_ALLOWS: Record<Context, number> = { process: ANYTHING, softirq: CONFIG, hardirq: CONFIG };

/** lockdep.c, check_wait_context(); and might_sleep() (kernel/sched/core.c) for what sleeps without a lock. */
export const waitContext: Check = ({ trace, locks }) => {
  const found = new Collected();
  const add = (
    place: Place,
    by: Held | undefined,
    within: string,
    lock: LockClass | undefined,
    why: string,
  ) => {
    const what = lock === undefined ? `may sleep (${why})` : `takes ${lock.name}, ${article(lock.kind)},`;
    found.add(
      "wait-context",
      keyOf(place, by, within, lock?.name ?? "sleep"),
      entryOf(place.frame).body.name,
      () => report(place, by, within, what, lock),
    );
  };
  for (const activation of trace.activations) {
    for (const acquisition of activation.acquisitions) {
      const { outer } = WAIT_TYPE[acquisition.lock.kind];
      if (outer === NO_CHECK || acquisition.trylock) continue;
      const { limit, by } = strictest(acquisition.held, acquisition.context);
      if (outer > limit) add(acquisition, by, by?.lock.name ?? acquisition.context, acquisition.lock, "");
    }
    for (const sleep of activation.sleeps) {
      const { limit, by } = strictest(sleep.held, sleep.context);
      const off = sleep.irqsOff ? "interrupts disabled" : sleep.bhOff ? "softirqs disabled" : undefined;
      if (limit < SLEEP) add(sleep, by, by?.lock.name ?? sleep.context, undefined, sleep.why);
      // Where interrupts are off because a caller spins, the finding that names the lock says more.
      else if (off !== undefined && !locks.callers.may(activation, isSpinning))
        add(sleep, undefined, off, undefined, sleep.why);
    }
    for (const call of activation.calls) {
      if (call.held.length === 0) continue;
      const { limit, by } = strictest(call.held, "process");
      if (by === undefined) continue;
      if (limit < SLEEP && locks.reach.hasAnywhere(call.callee, SLEEPS)) {
        for (const { place, event } of locks.reach.below(
          call,
          SLEEPS,
          ({ sleeps }) => sleeps,
          () => OTHER_PLANE,
        )) {
          if (!isToldNearer(event.held)) add(place, by, by.lock.name, undefined, event.why);
        }
      }
      // Where the caller spins as a spinlock does, only locks that one sleeps for are too much.
      if (limit >= CONFIG && !locks.reach.hasAnywhere(call.callee, TAKES_SLEEPING_LOCK)) continue;
      locks.reach.forEach(call.callee, (index) => {
        const { lock } = locks.reach.entry(index);
        const { outer } = WAIT_TYPE[lock.kind];
        if (outer === NO_CHECK || outer <= limit) return;
        for (const { place, event } of locks.reach.acquisitionsBelow(call, index)) {
          if (outer <= strictest(event.held, "process").limit) add(place, by, by.lock.name, lock, "");
        }
      });
    }
  }
  return found.all();
};

/**
 * Whether something nearer says it: a lock that spins is the one to name, and a lock that one sleeps for is itself too
 * much, unless it was only tried.
 */
function isToldNearer(held: readonly Held[]): boolean {
  return held.some(
    (entry) => isSpinning(entry) || (!entry.trylock && WAIT_TYPE[entry.lock.kind].outer >= SLEEP),
  );
}

function isSpinning({ lock }: Held): boolean {
  const { inner } = WAIT_TYPE[lock.kind];
  return inner > NO_CHECK && inner < SLEEP;
}

/** The least that what is held, or the context, allows. */
function strictest(held: readonly Held[], context: Context): { limit: number; by?: Held } {
  let limit = CONTEXT_ALLOWS[context];
  let by: Held | undefined;
  for (const entry of held) {
    const { inner } = WAIT_TYPE[entry.lock.kind];
    if (inner === NO_CHECK || inner >= limit) continue;
    limit = inner;
    by = entry;
  }
  return { limit, by };
}

/** Where, under what, and what. A callback that sleeps is one problem, whichever fence it sits on. */
function keyOf(place: Place, by: Held | undefined, within: string, what: string): string {
  const callback = callbackBelow(place, by);
  if (callback !== undefined) return [place.frame.body.id, callback.body.id, what].join(" ");
  const { fences, ops } = subjectOf([{ place }]);
  return [place.frame.body.id, within, what, fences, ops].join(" ");
}

/** The callback on the way from where `by` was taken: it runs under the lock of any fence that it sits on. */
function callbackBelow(place: Place, by: Held | undefined): Frame | undefined {
  const frames = chainOf(place.frame);
  const from = by === undefined ? -1 : frames.indexOf(by.frame);
  return frames.findLast((frame, depth) => depth > from && frame.body.kind === "callback");
}

function report(place: Place, by: Held | undefined, within: string, what: string, lock?: LockClass): Finding {
  const callback = callbackBelow(place, by);
  const subject = callback === undefined ? subjectOf([{ place, held: by }]) : subjectOf([{ place }]);
  const { report: chain, heldAt } = evidence(place, by === undefined ? [] : [by]);
  const taker = place.frame.body.name;
  const where =
    by === undefined
      ? within === place.frame.context
        ? `in ${within} context`
        : `with ${within}`
      : `under ${within}, ${article(by.lock.kind)}`;
  const names = [by?.lock.name, lock?.name].filter((name) => name !== undefined);
  return finding({
    rule: "wait-context",
    certainty: "definite",
    message: `${whose(subject, taker)}: ${taker}() ${what} ${where}`,
    help:
      by === undefined
        ? `move it to a work item, or enter ${taker}() from process context only`
        : `do it before ${within} is taken or after it is released, or defer it to a work item`,
    ...subject,
    holds: [...new Set([...subject.holds, ...takenAround(place)])],
    locks: names,
    // Under which fence's lock a callback is met first depends on what else is among the inputs.
    ...(callback === undefined
      ? { detail: [taker, within, lock?.name ?? ""] }
      : { essential: lock === undefined ? [] : [lock.name], detail: [taker, callback.body.name] }),
    dependencies: [
      {
        from: by?.lock.name ?? place.frame.context,
        to: lock?.name ?? "sleep",
        kind: "EN",
        held: heldAt[0],
        evidence: chain,
      },
    ],
    schedule: [
      {
        cpu: 0,
        steps: [
          by === undefined ? `<${place.frame.context}>` : call(by.mode, by.lock.name),
          lock === undefined ? "might_sleep();" : call("write", lock.name),
        ],
      },
    ],
  });
}

import type { LockClass } from "../link/program.js";
import type { Context, LockKind } from "../manifest/words.js";
import type { Acquisition, Sleep } from "../trace/events.js";
import { entryOf } from "../trace/frame.js";
import type { Held, Place } from "../trace/state.js";
import { evidence } from "./evidence.js";
import type { Finding } from "./finding.js";
import { type Check, Collected, finding } from "./input.js";
import { call } from "./schedule.js";
import { subjectOf } from "./subject.js";
import { whose } from "./words.js";

/**
 * include/linux/lockdep_types.h, enum lockdep_wait_type, with PROVE_RAW_LOCK_NESTING: what a lock waits by, from
 * spinning for real, over spinning unless PREEMPT_RT, to sleeping. 0: no check.
 */
const NO_CHECK = 0;
const FREE = 1;
const SPIN = 2;
const CONFIG = 3;
const SLEEP = 4;
const ANYTHING = 5;

const WAIT_TYPE: Record<LockKind, { readonly outer: number; readonly inner: number }> = {
  raw_spinlock: { outer: SPIN, inner: SPIN },
  spinlock: { outer: CONFIG, inner: CONFIG },
  rwlock: { outer: CONFIG, inner: CONFIG },
  seqlock: { outer: CONFIG, inner: CONFIG },
  local_lock: { outer: CONFIG, inner: CONFIG },
  mutex: { outer: SLEEP, inner: SLEEP },
  rwsem: { outer: SLEEP, inner: SLEEP },
  ww_mutex: { outer: SLEEP, inner: SLEEP },
  rt_mutex: { outer: SLEEP, inner: SLEEP },
  // rcu_read_lock() may be entered anywhere, and allows within it what a spinlock allows (kernel/rcu/update.c).
  rcu: { outer: FREE, inner: CONFIG },
  srcu: { outer: NO_CHECK, inner: NO_CHECK },
  completion: { outer: NO_CHECK, inner: NO_CHECK },
  map: { outer: NO_CHECK, inner: NO_CHECK },
};

/** lockdep.c, task_wait_context(): hardirq handlers count as threaded, as those of request_irq() are on PREEMPT_RT. */
const CONTEXT_ALLOWS: Record<Context, number> = { process: ANYTHING, softirq: CONFIG, hardirq: CONFIG };

/** lockdep.c, check_wait_context(); and might_sleep() (kernel/sched/core.c) for what sleeps without a lock. */
export const waitContext: Check = ({ trace }) => {
  const found = new Collected();
  for (const acquisition of trace.acquisitions) {
    const { outer } = WAIT_TYPE[acquisition.lock.kind];
    if (outer === NO_CHECK || acquisition.trylock) continue;
    const { limit, by } = strictest(acquisition.held, acquisition.context);
    if (outer <= limit) continue;
    const within = by?.lock.name ?? acquisition.context;
    found.add("wait-context", keyOf(acquisition, within, acquisition.lock.name), entryOf(acquisition.frame).body.name, () =>
      report(acquisition, by, within, `takes ${acquisition.lock.name}, a ${acquisition.lock.kind}`, acquisition.lock),
    );
  }
  for (const sleep of trace.sleeps) {
    const { limit, by } = strictest(sleep.held, sleep.context);
    const off = sleep.irqsOff ? "interrupts disabled" : sleep.bhOff ? "softirqs disabled" : undefined;
    if (limit >= SLEEP && off === undefined) continue;
    const within = limit < SLEEP ? (by?.lock.name ?? sleep.context) : (off ?? sleep.context);
    found.add("wait-context", keyOf(sleep, within, "sleep"), entryOf(sleep.frame).body.name, () =>
      report(sleep, by, within, `may sleep (${sleep.why})`),
    );
  }
  return found.all();
};

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

function keyOf(place: Place, within: string, what: string): string {
  const { fences, ops } = subjectOf([{ place }]);
  return [place.frame.body.id, within, what, fences, ops].join(" ");
}

function report(place: Acquisition | Sleep, by: Held | undefined, within: string, what: string, lock?: LockClass): Finding {
  const subject = subjectOf([{ place, held: by }]);
  const { report: chain, heldAt } = evidence(place, by === undefined ? [] : [by]);
  const taker = place.frame.body.name;
  const where = by === undefined ? (CONTEXT_ALLOWS[place.context] < SLEEP ? `in ${within} context` : `with ${within}`) : `under ${within}, a ${by.lock.kind}`;
  const names = [by?.lock.name, lock?.name].filter((name) => name !== undefined);
  return finding({
    rule: "wait-context",
    certainty: "definite",
    message: `${whose(subject, taker)}: ${taker}() ${what} ${where}`,
    help: by === undefined ? `move it to a work item, or enter ${taker}() from process context only` : `do it before ${within} is taken or after it is released, or defer it to a work item`,
    ...subject,
    locks: names,
    detail: [taker, within, lock?.name ?? ""],
    dependencies: [{ from: by?.lock.name ?? place.context, to: lock?.name ?? "sleep", kind: "EN", held: heldAt[0], evidence: chain }],
    schedule: [{ cpu: 0, steps: [by === undefined ? `<${place.context}>` : call(by.mode, by.lock.name), lock === undefined ? "might_sleep();" : call("write", lock.name)] }],
  });
}

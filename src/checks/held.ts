import type { Body } from "../link/program.js";
import type { Unbalanced } from "../trace/events.js";
import { entryOf, rebase } from "../trace/frame.js";
import type { Place } from "../trace/state.js";
import { evidence } from "./evidence.js";
import type { Finding } from "./finding.js";
import { type Check, Collected, finding } from "./input.js";
import { subjectOf } from "./subject.js";
import { list, whose } from "./words.js";

/** `needs` of a lock that some way of calling does not hold: lockdep_assert_held() would warn, or data is unguarded. */
export const missingLock: Check = ({ trace, locks: { callers } }) => {
  const found = new Collected();
  for (const activation of trace.activations) {
    for (const need of activation.needs) {
      for (const chain of callers.chainsWithout(activation, ({ lock }) => lock === need.lock)) {
        const frame = rebase(need.frame, activation.frame, chain.frame());
        const place = { frame, step: need.step };
        const { fences, ops } = subjectOf([{ place }]);
        const key = [place.frame.body.id, callerOf(place).id, need.lock.name, fences, ops].join(" ");
        found.add("missing-lock", key, entryOf(place.frame).body.name, () =>
          reportMissing(place, need.lock.name),
        );
      }
    }
  }
  return found.all();
};

/** Who calls what relies on the lock; an entry point is called by nobody. */
function callerOf({ frame }: Place): Body {
  return (frame.caller ?? frame).body;
}

function reportMissing(missing: Place, name: string): Finding {
  const subject = subjectOf([{ place: missing }]);
  const relies = missing.frame.body.name;
  const caller = callerOf(missing).name;
  return finding({
    rule: "missing-lock",
    certainty: "definite",
    message: `${whose(subject, relies)}: ${relies}() relies on ${name}, which is not held ${caller === relies ? "there" : `when ${caller}() calls it`}`,
    help: `take ${name} in ${relies}() itself, or hold it around the call`,
    ...subject,
    locks: [name],
    // Another caller that does not hold it is another problem.
    detail: [relies, caller],
    dependencies: [{ from: name, to: name, kind: "EN", evidence: evidence(missing).report }],
  });
}

/** lockdep.c, print_unlock_imbalance_bug(): a lock is released that this thread does not hold. */
export const unbalanced: Check = ({ trace }) => {
  const found = new Collected();
  for (const event of trace.unbalanced) {
    const key = [event.frame.body.id, event.lock.name, event.leaves].join(" ");
    found.add("unbalanced", key, entryOf(event.frame).body.name, () => reportUnbalanced(event));
  }
  return found.all();
};

function reportUnbalanced(event: Unbalanced): Finding {
  const subject = subjectOf([{ place: event }]);
  const name = event.lock.name;
  const culprit = event.frame.body.name;
  const held =
    event.held.length === 0 ? "nothing is held" : `held: ${list(event.held.map((entry) => entry.lock.name))}`;
  const what = event.leaves
    ? `says that it leaves ${name} held and returns without it`
    : `releases ${name}, which is not held there (${held})`;
  return finding({
    rule: "unbalanced",
    certainty: "definite",
    message: `${whose(subject, culprit)}: ${culprit}() ${what}`,
    help: event.leaves
      ? "correct `leaves_held`, or take the lock on every way through"
      : `take ${name} first, or leave the unlock out`,
    ...subject,
    locks: [name],
    detail: [culprit],
    dependencies: [{ from: name, to: name, kind: "EN", evidence: evidence(event).report }],
  });
}

import { className, type Held, sameInstance, SUBCLASSES } from "../trace/state.js";
import type { Acquisition } from "../trace/events.js";
import { entryOf } from "../trace/frame.js";
import { evidence, lockCall } from "./evidence.js";
import { type Check, Collected, finding } from "./input.js";
import { kindName, kindOf } from "../lockgraph/kinds.js";
import { subjectOf } from "./subject.js";
import { whose } from "./words.js";

/** lockdep.c, check_deadlock(): a class is taken again by the thread that holds it. */
export const selfDeadlock: Check = ({ trace }) => {
  const found = new Collected();
  for (const acquisition of trace.acquisitions) {
    const { recursionOn: held } = acquisition;
    if (held === undefined) continue;
    const subject = subjectOf([{ place: acquisition, held }]);
    const definite = sameInstance(acquisition.lock, held.instance, acquisition.instance);
    const taker = acquisition.frame.body.name;
    const key = [acquisition.key, definite, subject.fences, subject.ops, taker, held.frame.body.driver ?? ""].join(" ");
    found.add("self-deadlock", key, entryOf(acquisition.frame).body.name, () => report(acquisition, held, definite));
  }
  return found.all();
};

function report(acquisition: Acquisition, held: Held, definite: boolean) {
  const subject = subjectOf([{ place: acquisition, held }]);
  const name = className(acquisition.lock, acquisition.key % SUBCLASSES);
  const { report: chain, heldAt } = evidence(acquisition, [held]);
  const taker = acquisition.frame.body.name;
  const holder = held.frame.body.name;
  const isFenceLock = acquisition.instance.fence?.lock === acquisition.lock && definite;
  const what = isFenceLock && name !== "fence.lock" ? `${name}, the lock of this very fence,` : name;
  const same = definite ? "already" : "already, of another instance perhaps,";
  return finding({
    rule: "self-deadlock",
    certainty: definite ? "definite" : "possible",
    message: `${whose(subject, taker)} takes ${what} in ${taker}() while ${holder}() holds it ${same}`.replace(/ ,/g, ","),
    help: definite
      ? `call ${taker}() without ${name}, or let it rely on the caller's (a _locked variant)`
      : `if two instances may nest, give the inner one a class or subclass of its own (spin_lock_nested()); else do it without ${name} held`,
    ...subject,
    locks: [name],
    detail: [taker, definite ? "definite" : "possible"],
    dependencies: [
      { from: name, to: name, kind: kindName(kindOf(held.mode, acquisition.mode)), held: heldAt[0], evidence: chain },
    ],
    schedule: [
      { cpu: 0, steps: [`${lockCall(held.mode, held.trylock)}(${name});`, `${lockCall(acquisition.mode, false)}(${name});`] },
    ],
  });
}

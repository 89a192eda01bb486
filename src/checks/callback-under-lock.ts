import { entryOf } from "../trace/frame.js";
import type { CallbacksRun } from "../trace/events.js";
import type { Held } from "../trace/state.js";
import { evidence } from "./evidence.js";
import { type Check, Collected, finding } from "./input.js";
import { subjectOf } from "./subject.js";

/**
 * Anybody may install a callback (dma-fence.h, dma_fence_add_callback()), so a lock that is held while the fence
 * signals, beyond the fence's own, becomes an outer lock of whatever callbacks take.
 */
export const callbackUnderLock: Check = ({ trace }) => {
  const found = new Collected();
  for (const run of trace.callbacksRun) {
    for (const held of run.held) {
      if (held.lock === run.instance.fence?.lock || held.lock.kind === "map" || held.lock.kind === "rcu" || held.lock.kind === "srcu") continue;
      const key = [held.lock.name, run.instance.fence?.name, entryOf(run.frame).body.id].join(" ");
      found.add("callback-under-lock", key, entryOf(run.frame).body.name, () => report(run, held));
    }
  }
  return found.all();
};

function report(run: CallbacksRun, held: Held) {
  const subject = subjectOf([{ place: run, held }]);
  const { report: chain, heldAt } = evidence(run, [held]);
  const fence = run.instance.fence?.name ?? "a fence";
  const entry = entryOf(run.frame).body.name;
  return finding({
    rule: "callback-under-lock",
    certainty: "possible",
    message: `${entry}() signals ${fence} with ${held.lock.name} held: every callback of its consumers runs under that lock`,
    help: `signal after ${held.lock.name} is released, or from a work or irq_work`,
    ...subject,
    locks: [held.lock.name],
    detail: [entry],
    dependencies: [{ from: held.lock.name, to: "callbacks", kind: "EN", held: heldAt[0], evidence: chain }],
  });
}

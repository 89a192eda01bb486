import { RUNS_CALLBACKS } from "../lockgraph/reach.js";
import { compare } from "../source/compare.js";
import { OTHER_PLANE } from "../trace/events.js";
import { chainOf, entryOf } from "../trace/frame.js";
import type { Held, Place } from "../trace/state.js";
import { evidence } from "./evidence.js";
import { type Check, Collected, finding } from "./input.js";
import { subjectOf } from "./subject.js";

/**
 * Anybody may install a callback (dma-fence.h, dma_fence_add_callback()), so a driver's lock that it holds while it
 * signals, beyond the fence's own, becomes an outer lock of whatever callbacks take.
 */
export const callbackUnderLock: Check = ({ trace, locks }) => {
  const signals: Signal[] = [];
  for (const activation of trace.activations) {
    if (activation.frame.body.kind !== "path" && activation.frame.body.kind !== "function") continue;
    for (const call of activation.calls) {
      const held = call.held.filter(({ lock }) => lock.driver !== undefined && !lock.name.includes("("));
      if (held.length === 0 || call.signals.size === 0) continue;
      for (const { place } of locks.reach.below(
        call,
        RUNS_CALLBACKS,
        ({ callbacks }) => callbacks,
        () => OTHER_PLANE,
      )) {
        const { fence } = place.frame.self;
        if (fence === undefined || !call.signals.has(fence.id)) continue;
        for (const entry of held) {
          if (entry.lock === fence.lock) continue;
          const frames = chainOf(place.frame);
          signals.push({ place, entry, fence: fence.name, from: frames[0].body.name, depth: frames.length });
        }
      }
    }
  }
  const found = new Collected();
  for (const { place, entry, fence, from } of signals.sort(byChain))
    found.add("callback-under-lock", `${entry.lock.name} ${fence}`, from, () => report(place, entry));
  return found.all();
};

interface Signal {
  readonly place: Place;
  readonly entry: Held;
  readonly fence: string;
  readonly from: string;
  readonly depth: number;
}

/** Shorter chains first, then by names: whatever comes first in the input. */
function byChain(a: Signal, b: Signal): number {
  return a.depth - b.depth || compare(a.from, b.from) || compare(a.fence, b.fence);
}

function report(place: Place, held: Held) {
  const subject = subjectOf([{ place, held }]);
  const { report: chain, heldAt } = evidence(place, [held]);
  const fence = place.frame.self.fence?.name ?? "a fence";
  const entry = entryOf(place.frame).body.name;
  return finding({
    rule: "callback-under-lock",
    certainty: "possible",
    message: `${entry}() signals ${fence} with ${held.lock.name} held: every callback of its consumers runs under that lock`,
    help: `signal after ${held.lock.name} is released, or from a work or irq_work`,
    ...subject,
    locks: [held.lock.name],
    dependencies: [{ from: held.lock.name, to: "callbacks", kind: "EN", held: heldAt[0], evidence: chain }],
  });
}

import type { Acquisition, Activation, Trace } from "../trace/events.js";
import type { Place } from "../trace/state.js";
import type { Reach } from "./reach.js";

/** Code that signals a fence on its own account, and everything that it takes on its way there. */
export interface Signaller {
  readonly fence: number;
  readonly activation: Activation;
  /** Members of the reach: what has to be got before the signal. */
  readonly needs: ReadonlySet<number>;
}

/**
 * The paths and callbacks that signal fences. Whatever they take before the signal, or to signal, has to be had first:
 * it stands as if the signal of that fence were a lock held meanwhile (as dma_fence_begin_signalling() says it to
 * lockdep; here for each fence, and in atomic context too).
 */
export class Signalling {
  readonly signallers: readonly Signaller[];
  readonly #reach: Reach;
  readonly #needs = new Map<string, ReadonlySet<number>>();

  /** @param signals the fences that an activation's body may signal on its own account */
  constructor(trace: Trace, reach: Reach) {
    this.#reach = reach;
    const signallers: Signaller[] = [];
    for (const activation of trace.activations) {
      if (!isSignaller(activation)) continue;
      const fences = new Set<number>();
      for (const { signals } of activation.calls) for (const fence of signals) fences.add(fence);
      for (const { owed } of activation.acquisitions) for (const fence of owed) fences.add(fence);
      for (const fence of [...fences].sort((a, b) => a - b))
        signallers.push({ fence, activation, needs: this.#needsOf(activation, fence) });
    }
    this.signallers = signallers;
  }

  /** Where a signaller takes one of what it needs: the nearest such place. */
  place({ activation, fence }: Signaller, index: number): Place | undefined {
    const own = this.#own(activation, fence).find(
      (acquisition) => this.#reach.indexOf(acquisition) === index,
    );
    if (own !== undefined) return own;
    for (const call of activation.calls) {
      const wholly = call.owedAfter.has(fence);
      if (!wholly && !call.signals.has(fence)) continue;
      if (!wholly && !this.#needsOf(call.callee, fence).has(index)) continue;
      for (const site of this.#reach.acquisitionsBelow(activation, call, index)) return site.place;
    }
    return undefined;
  }

  #own(activation: Activation, fence: number): Acquisition[] {
    return activation.acquisitions.filter(({ owed }) => owed.has(fence));
  }

  #needsOf(activation: Activation, fence: number): ReadonlySet<number> {
    const id = `${activation.id} ${fence}`;
    const known = this.#needs.get(id);
    if (known !== undefined) return known;
    const needs = new Set<number>();
    this.#needs.set(id, needs);
    for (const acquisition of this.#own(activation, fence)) {
      const index = this.#reach.indexOf(acquisition);
      if (index >= 0) needs.add(index);
    }
    for (const call of activation.calls) {
      if (call.owedAfter.has(fence)) this.#reach.forEach(call.callee, (index) => needs.add(index));
      else if (call.signals.has(fence))
        for (const index of this.#needsOf(call.callee, fence)) needs.add(index);
    }
    return needs;
  }
}

function isSignaller({ frame }: Activation): boolean {
  return frame.body.kind === "path" || frame.body.kind === "callback";
}

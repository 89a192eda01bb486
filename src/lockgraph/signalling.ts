import { classOfEvent, type Event, type LockClass, type Program } from "../link/program.js";
import type { Acquisition, Activation, Trace } from "../trace/events.js";
import type { Place } from "../trace/state.js";
import { type Circle, settle } from "./call-order.js";
import type { Reach } from "./reach.js";

/** Code that signals a event, or completes something, on its own account, and everything that it takes on its way there. */
export interface Signaller {
  readonly event: Event;
  readonly activation: Activation;
  /** Members of the reach: what has to be got before the signal. */
  readonly needs: ReadonlySet<number>;
}

/**
 * The paths and callbacks that signal fences and complete completions. Whatever they take before that, or for it, has to
 * be had first:
 * it stands as if the event were a lock held meanwhile (as dma_fence_begin_signalling() says it to
 * lockdep; here for each event, and in atomic context too).
 */
export class Signalling {
  readonly signallers: readonly Signaller[];
  readonly #reach: Reach;
  readonly #needs = new Map<string, ReadonlySet<number>>();
  readonly #byClass = new Map<LockClass, Signaller[]>();
  /** Of those that call each other. */
  readonly #circles = new Map<Activation, Circle>();

  /** @param circles all activations, callees first */
  constructor(program: Program, trace: Trace, reach: Reach, circles: readonly Circle[]) {
    this.#reach = reach;
    for (const circle of circles)
      if (circle.length > 1) for (const activation of circle) this.#circles.set(activation, circle);
    const signallers: Signaller[] = [];
    for (const activation of trace.activations) {
      if (!isSignaller(activation)) continue;
      const events = new Set<Event>(activation.completes);
      for (const { signals } of activation.calls) for (const event of signals) events.add(event);
      for (const { owed } of activation.acquisitions) for (const event of owed) events.add(event);
      for (const event of [...events].sort((a, b) => a - b))
        signallers.push({ event, activation, needs: this.#needsOf(activation, event) });
    }
    this.signallers = signallers;
    for (const signaller of signallers) {
      const lock = classOfEvent(program, signaller.event);
      const known = this.#byClass.get(lock);
      if (known === undefined) this.#byClass.set(lock, [signaller]);
      else known.push(signaller);
    }
  }

  /** Those that end the wait for a class. */
  of(lock: LockClass): readonly Signaller[] {
    return this.#byClass.get(lock) ?? [];
  }

  /** Where a signaller takes one of what it needs: the nearest such place. */
  place({ activation, event }: Signaller, index: number): Place | undefined {
    const own = this.#own(activation, event).find(
      (acquisition) => this.#reach.indexOf(acquisition) === index,
    );
    if (own !== undefined) return own;
    for (const call of activation.calls) {
      const wholly = call.owedAfter.has(event);
      if (!wholly && !call.signals.has(event)) continue;
      if (!wholly && !this.#needsOf(call.callee, event).has(index)) continue;
      for (const site of this.#reach.acquisitionsBelow(call, index)) return site.place;
    }
    return undefined;
  }

  #own(activation: Activation, event: Event): Acquisition[] {
    return activation.acquisitions.filter(({ owed }) => owed.has(event));
  }

  #needsOf(activation: Activation, event: Event): ReadonlySet<number> {
    const id = idOf(activation, event);
    const known = this.#needs.get(id);
    if (known !== undefined) return known;
    const needs = new Set<number>();
    this.#needs.set(id, needs);
    const circle = this.#circles.get(activation);
    if (circle === undefined) this.#collect(activation, event, needs);
    else {
      // Each needs what the others do: all of it is known only when none has got any more.
      const sets = new Map(
        circle.map((member) => [member, member === activation ? needs : new Set<number>()]),
      );
      for (const [member, set] of sets) this.#needs.set(idOf(member, event), set);
      settle(circle, (member) => this.#collect(member, event, sets.get(member) ?? needs));
    }
    return needs;
  }

  /** Adds what is known by now of what an activation needs; says whether it is more than before. */
  #collect(activation: Activation, event: Event, needs: Set<number>): boolean {
    const before = needs.size;
    for (const acquisition of this.#own(activation, event)) {
      const index = this.#reach.indexOf(acquisition);
      if (index >= 0) needs.add(index);
    }
    for (const call of activation.calls) {
      if (call.owedAfter.has(event)) this.#reach.forEach(call.callee, (index) => needs.add(index));
      else if (call.signals.has(event))
        for (const index of this.#needsOf(call.callee, event)) needs.add(index);
    }
    return needs.size > before;
  }
}

function idOf({ id }: Activation, event: Event): string {
  return `${id} ${event}`;
}

function isSignaller({ frame }: Activation): boolean {
  return frame.body.kind === "path" || frame.body.kind === "callback";
}

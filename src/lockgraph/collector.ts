import { type LockClass, ordersNothing } from "../link/program.js";
import { MODES } from "../manifest/words.js";
import type { Acquisition, Activation, Call } from "../trace/events.js";
import { className, type Held, SUBCLASSES } from "../trace/state.js";
import { Dependencies } from "./dependencies.js";
import { kindOf } from "./kinds.js";
import { ENABLES_IRQS, ENABLES_SOFTIRQS, type Reach } from "./reach.js";
import type { Signaller } from "./signalling.js";
import { type GraphClass, isWait, markHeldEnabled, markUsage } from "./usage.js";

/** Collects classes, their usage and the dependencies between them, in the order in which they are first seen. */
export class Collector {
  readonly classes: GraphClass[] = [];
  readonly dependencies = new Dependencies();
  readonly #reach: Reach;
  readonly #indices = new Map<number, number>();
  /** By held class and mode, what was found below the calls over which it is held. */
  readonly #met = new Map<number, Int32Array>();

  constructor(reach: Reach) {
    this.#reach = reach;
  }

  /** The number of a class by its key, where it takes part. */
  indexOf(key: number): number | undefined {
    return this.#indices.get(key);
  }

  addActivation({ acquisitions, interruptsOn, calls }: Activation): void {
    for (const acquisition of acquisitions)
      if (!ordersNothing(acquisition.lock)) this.#addAcquisition(acquisition);
    for (const event of interruptsOn) for (const held of event.held) this.#markEnabled(held, event);
    for (const call of calls)
      for (const held of call.held)
        if (!held.repeated && !ordersNothing(held.lock)) this.#addCall(call, held);
  }

  /**
   * What leads up to a signal, as dependencies of waiting for it.
   * @param lock the class that waiting for it acquires
   */
  addSignaller(signaller: Signaller, lock: LockClass): void {
    const from = this.indexOf(lock.id * SUBCLASSES);
    if (from === undefined) return;
    for (const member of signaller.needs) {
      const entry = this.#reach.entry(member);
      const to = this.#classOf(entry.lock, entry.key);
      const kind = kindOf("write", entry.mode);
      if (!this.dependencies.has(from, to, kind))
        this.dependencies.add(from, to, { kind, how: "owed", signaller, lock, member });
    }
    // On an ordered queue, everything before it has to end first.
    const { queue } = signaller.activation.frame.body;
    if (queue === undefined) return;
    const to = this.#classOf(queue, queue.id * SUBCLASSES);
    const kind = kindOf("write", "write");
    if (!this.dependencies.has(from, to, kind))
      this.dependencies.add(from, to, { kind, how: "queued", signaller, lock });
  }

  #addAcquisition(acquisition: Acquisition): void {
    const { lock, key, mode, trylock, nested, recursionOn } = acquisition;
    const to = this.#classOf(lock, key);
    if (!isWait(lock) && lock.kind !== "srcu") markUsage(this.classes[to], acquisition);
    if (trylock || nested || recursionOn !== undefined) return;
    for (const held of acquisition.held) {
      if (held.repeated || ordersNothing(held.lock)) continue;
      const from = this.#classOf(held.lock, held.key);
      const kind = kindOf(held.mode, mode);
      if (!this.dependencies.has(from, to, kind))
        this.dependencies.add(from, to, { kind, how: "taken", held, acquisition });
    }
  }

  /** One lock held over a call: with everything that is taken below it. */
  #addCall(call: Call, held: Held): void {
    const reach = this.#reach;
    // lockdep.c, __trace_hardirqs_on_caller(): with hardirqs come softirqs, unless something else keeps them off.
    if (reach.hasAnywhere(call.callee, ENABLES_IRQS))
      this.#markEnabled(held, {
        hardirq: true,
        softirq: reach.hasAnywhere(call.callee, ENABLES_SOFTIRQS),
      });
    const from = this.#classOf(held.lock, held.key);
    const way = held.key * MODES.length + MODES.indexOf(held.mode);
    let known = this.#met.get(way);
    if (known === undefined) {
      known = reach.none();
      this.#met.set(way, known);
    }
    reach.forEachNew(call.callee, known, (member) => {
      const { lock, key, mode } = reach.entry(member);
      const to = this.#classOf(lock, key);
      const kind = kindOf(held.mode, mode);
      if (!this.dependencies.has(from, to, kind))
        this.dependencies.add(from, to, { kind, how: "below", held, call, member });
    });
  }

  #markEnabled(held: Held, event: { readonly hardirq: boolean; readonly softirq: boolean }): void {
    if (!ordersNothing(held.lock) && !held.repeated)
      markHeldEnabled(this.classes[this.#classOf(held.lock, held.key)], held, event);
  }

  #classOf(lock: LockClass, key: number): number {
    let index = this.#indices.get(key);
    if (index === undefined) {
      index = this.classes.length;
      this.#indices.set(key, index);
      const name = className(lock, key % SUBCLASSES);
      this.classes.push({ lock, key, name, usage: new Map(), usageMask: 0 });
    }
    return index;
  }
}

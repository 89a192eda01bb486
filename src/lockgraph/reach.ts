import { type LockClass, ordersNothing } from "../link/program.js";
import { type LockKind, MODES, type Mode } from "../manifest/words.js";
import {
  type Acquisition,
  type Activation,
  type Call,
  frameAfter,
  OTHER_PLANE,
  type Plane,
  planeOf,
  SELF_PLANE,
  SIGNALED_PLANE,
  type Trace,
} from "../trace/events.js";
import { type Frame, rebase } from "../trace/frame.js";
import type { Place } from "../trace/state.js";
import { type Circle, settle } from "./call-order.js";

/** One way of taking a class, wherever that happens: what a set of reachable acquisitions has as its members. */
export interface Entry {
  readonly key: number;
  readonly lock: LockClass;
  readonly mode: Mode;
  readonly nest?: LockClass;
}

/** Members that are no acquisition: code that may sleep, callbacks that run, interrupts that come on, softirqs too. */
export const SLEEPS = 0;
export const RUNS_CALLBACKS = 1;
export const ENABLES_IRQS = 2;
export const ENABLES_SOFTIRQS = 3;
/** Some lock that one sleeps for: the members that are such need not be looked for where this is not. */
export const TAKES_SLEEPING_LOCK = 4;
const FIRST_ENTRY = 5;
const SLEEPING: ReadonlySet<LockKind> = new Set(["mutex", "rwsem", "ww_mutex", "rt_mutex"]);
const NO_MEMBER = -1;

/** Something found below a call: where, and on which of the caller's objects. */
export interface Site<T extends Place> {
  readonly event: T;
  /** The same place, on the chain of calls by which it was found. */
  readonly place: Place;
  /** Which of the callee's objects it is about. */
  readonly plane: Plane;
}

/** One call further down, and which objects of the first caller's the callee's are. */
interface Descent {
  readonly call: Call;
  readonly above?: Descent;
  readonly self: Plane;
  readonly signaled: Plane;
}

function planeAt({ self, signaled }: Descent, plane: Plane): Plane {
  return plane === SELF_PLANE ? self : plane === SIGNALED_PLANE ? signaled : OTHER_PLANE;
}

function frameOf(descent: Descent): Frame {
  const calls: Call[] = [];
  for (let here: Descent | undefined = descent; here !== undefined; here = here.above) calls.push(here.call);
  return frameAfter(calls[calls.length - 1].caller, calls.reverse());
}

/**
 * What can happen below each activation, as bit sets over the call graph: its own acquisitions and those of all its
 * callees, each on one of three planes (the activation's own fence, the fence that signalled, another one). The least
 * fixed point; so recursion is no special case, and the cost is calls times words, however many ways lead through.
 *
 * Only what somebody calls has a row, and only what is taken in there a column: entry points, of which there can be
 * very many, cost nothing here.
 */
export class Reach {
  readonly entries: Entry[] = [];
  readonly #indices = new Map<number, number>();
  readonly #byKey = new Map<number, number[]>();
  /** By activation, from 1; 0 for what nobody calls. */
  readonly #rows: Int32Array;
  /** By member, and the other way round. */
  readonly #columns: Int32Array;
  readonly #members: readonly number[];
  readonly #words: number;
  readonly #bits: Int32Array;

  /** @param circles all activations, callees first */
  constructor({ activations }: Trace, circles: readonly Circle[]) {
    this.#rows = new Int32Array(activations.length);
    let rows = 0;
    for (const { calls, acquisitions } of activations) {
      for (const { callee } of calls) if (this.#rows[callee.id] === 0) this.#rows[callee.id] = ++rows;
      for (const acquisition of acquisitions) this.indexOf(acquisition);
    }
    const called = rows === 0 ? [] : activations.filter(({ id }) => this.#rows[id] > 0);
    const members = new Set<number>();
    for (const { acquisitions } of called)
      for (const acquisition of acquisitions) members.add(this.indexOf(acquisition));
    members.delete(NO_MEMBER);
    this.#members = [
      SLEEPS,
      RUNS_CALLBACKS,
      ENABLES_IRQS,
      ENABLES_SOFTIRQS,
      TAKES_SLEEPING_LOCK,
      ...[...members].sort((a, b) => a - b),
    ];
    this.#columns = new Int32Array(this.entries.length + FIRST_ENTRY).fill(-1);
    this.#members.forEach((index, column) => {
      this.#columns[index] = column;
    });
    this.#words = (this.#members.length >> 5) + 1;
    this.#bits = new Int32Array((rows + 1) * 3 * this.#words);
    for (const activation of called) this.#seed(activation);
    if (rows > 0) for (const circle of circles) settle(circle, (into) => this.#joinCallees(into));
  }

  /** The member that an acquisition is; a trylock is none, nothing waits in it. */
  indexOf(acquisition: Acquisition): number {
    const { key, lock, mode, nest, trylock } = acquisition;
    if (trylock || ordersNothing(lock)) return NO_MEMBER;
    const id = key * MODES.length + MODES.indexOf(mode) + (nest === undefined ? 0 : (nest.id + 1) * 2 ** 32);
    let index = this.#indices.get(id);
    if (index === undefined) {
      index = this.entries.length + FIRST_ENTRY;
      this.#indices.set(id, index);
      this.entries.push({ key, lock, mode, nest });
      const members = this.#byKey.get(key);
      if (members === undefined) this.#byKey.set(key, [index]);
      else members.push(index);
    }
    return index;
  }

  /** The ways of taking a class, by its key. */
  membersOf(key: number): readonly number[] {
    return this.#byKey.get(key) ?? [];
  }

  entry(index: number): Entry {
    return this.entries[index - FIRST_ENTRY];
  }

  /** Whether a member is below an activation, on whichever plane. */
  hasAnywhere(activation: Activation, index: number): boolean {
    const column = this.#columns[index];
    if (column < 0) return false;
    const words = this.#words;
    const at = this.#base(activation, 0) + (column >> 5);
    return (
      ((this.#bits[at] | this.#bits[at + words] | this.#bits[at + 2 * words]) & (1 << (column & 31))) !== 0
    );
  }

  /** An empty set of members, for forEachNew(). */
  none(): Int32Array {
    return new Int32Array(this.#words);
  }

  /** Every acquisition below an activation, each member once, on whichever planes. */
  forEach(activation: Activation, visit: (index: number) => void): void {
    this.forEachNew(activation, this.none(), visit);
  }

  /** The same for those that are not among `known`, which they are added to. */
  forEachNew(activation: Activation, known: Int32Array, visit: (index: number) => void): void {
    const base = this.#base(activation, 0);
    const words = this.#words;
    for (let word = 0; word < words; word++) {
      const here = base + word;
      let bits = (this.#bits[here] | this.#bits[here + words] | this.#bits[here + 2 * words]) & ~known[word];
      known[word] |= bits;
      while (bits !== 0) {
        const low = bits & -bits;
        const index = this.#members[word * 32 + 31 - Math.clz32(low)];
        if (index >= FIRST_ENTRY) visit(index);
        bits ^= low;
      }
    }
  }

  /** What is found below `call`, nearest first. */
  *below<T extends Place>(
    call: Call,
    index: number,
    events: (activation: Activation) => readonly T[],
    planeWithin: (activation: Activation, event: T) => Plane,
  ): Generator<Site<T>> {
    const seen = new Set<number>();
    const queue: Descent[] = [];
    const descend = (through: Call, above: Descent | undefined, self: Plane, signaled: Plane) => {
      const id = through.callee.id * 9 + self * 3 + signaled;
      if (seen.has(id) || !this.hasAnywhere(through.callee, index)) return;
      seen.add(id);
      queue.push({ call: through, above, self, signaled });
    };
    descend(call, undefined, SELF_PLANE, SIGNALED_PLANE);
    for (const here of queue) {
      const activation = here.call.callee;
      let frame: Frame | undefined;
      for (const event of events(activation)) {
        frame ??= frameOf(here);
        const place = { frame: rebase(event.frame, activation.frame, frame), step: event.step };
        yield { event, place, plane: planeAt(here, planeWithin(activation, event)) };
      }
      for (const inner of activation.calls)
        descend(inner, here, planeAt(here, inner.self), planeAt(here, inner.signaled));
    }
  }

  /** The acquisitions of one member below a call, nearest first. */
  acquisitionsBelow(call: Call, index: number): Generator<Site<Acquisition>> {
    return this.below(
      call,
      index,
      (activation) => activation.acquisitions.filter((acquisition) => this.indexOf(acquisition) === index),
      (activation, { instance }) => planeOf(activation.frame, instance),
    );
  }

  #base(activation: Activation, plane: Plane): number {
    return (this.#rows[activation.id] * 3 + plane) * this.#words;
  }

  #seed(activation: Activation): void {
    const set = (plane: Plane, index: number) => {
      const column = this.#columns[index];
      this.#bits[this.#base(activation, plane) + (column >> 5)] |= 1 << (column & 31);
    };
    for (const acquisition of activation.acquisitions) {
      const index = this.indexOf(acquisition);
      if (index >= 0) set(planeOf(activation.frame, acquisition.instance), index);
      if (index >= 0 && SLEEPING.has(acquisition.lock.kind)) set(OTHER_PLANE, TAKES_SLEEPING_LOCK);
    }
    if (activation.sleeps.length > 0) set(OTHER_PLANE, SLEEPS);
    if (activation.callbacks.length > 0) set(OTHER_PLANE, RUNS_CALLBACKS);
    if (!activation.irqsOff) return;
    for (const { hardirq, softirq } of activation.interruptsOn) {
      if (hardirq) set(OTHER_PLANE, ENABLES_IRQS);
      if (hardirq && softirq) set(OTHER_PLANE, ENABLES_SOFTIRQS);
    }
  }

  #joinCallees(into: Activation): boolean {
    if (this.#rows[into.id] === 0) return false;
    let changed = false;
    for (const { callee, self, signaled } of into.calls) {
      if (this.#join(into, self, callee, 0)) changed = true;
      if (this.#join(into, signaled, callee, 1)) changed = true;
      if (this.#join(into, OTHER_PLANE, callee, OTHER_PLANE)) changed = true;
    }
    return changed;
  }

  #join(into: Activation, plane: Plane, from: Activation, fromPlane: Plane): boolean {
    const bits = this.#bits;
    const target = this.#base(into, plane);
    const source = this.#base(from, fromPlane);
    let changed = false;
    for (let word = 0; word < this.#words; word++) {
      const joined = bits[target + word] | bits[source + word];
      if (joined === bits[target + word]) continue;
      bits[target + word] = joined;
      changed = true;
    }
    return changed;
  }
}

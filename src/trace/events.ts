import type { LockClass } from "../link/program.js";
import type { Context, Mode } from "../manifest/words.js";
import type { Held, Instance, Place } from "./state.js";

/** One lock taken at one step, with everything held at that moment. */
export interface Acquisition extends Place {
  readonly lock: LockClass;
  readonly key: number;
  readonly instance: Instance;
  readonly mode: Mode;
  readonly trylock: boolean;
  readonly held: readonly Held[];
  readonly irqsOff: boolean;
  readonly bhOff: boolean;
  readonly context: Context;
  /** The fences that this chain of calls is on its way to signal, as their pseudo classes. */
  readonly owes: readonly LockClass[];
  /** The held acquisition of the same class that this one deadlocks on (lockdep.c, check_deadlock()). */
  readonly recursionOn?: Held;
  /** Same-class nesting under a nest lock: allowed, and adds no dependency. */
  readonly nested: boolean;
}

/** Interrupts come on with locks still held: those are from now on taken with them enabled. */
export interface InterruptsOn extends Place {
  readonly held: readonly Held[];
  readonly hardirq: boolean;
  readonly softirq: boolean;
}

/** A step that may sleep. */
export interface Sleep extends Place {
  readonly why: string;
  readonly held: readonly Held[];
  readonly irqsOff: boolean;
  readonly bhOff: boolean;
  readonly context: Context;
}

/** `needs` of a lock that is not held here. */
export interface Missing extends Place {
  readonly lock: LockClass;
  readonly held: readonly Held[];
}

/** `unlock` of a lock that is not held here, or a function that does not leave held what it says. */
export interface Unbalanced extends Place {
  readonly lock: LockClass;
  readonly held: readonly Held[];
  readonly leaves: boolean;
}

/** Code that the manifest says it could not follow. */
export interface Unknown extends Place {
  readonly why: string;
}

/** Callbacks called with more held than the fence's own lock. */
export interface CallbacksRun extends Place {
  readonly instance: Instance;
  readonly held: readonly Held[];
}

/** A path or callback on whose way to signalling a fence a class is taken. */
export interface Signaller {
  readonly fence: number;
  readonly entry: Place["frame"];
  readonly needs: Set<number>;
}

/** Everything that the entry points do, each acquisition once for each different way of holding things. */
export interface Trace {
  readonly acquisitions: readonly Acquisition[];
  readonly interruptsOn: readonly InterruptsOn[];
  readonly sleeps: readonly Sleep[];
  readonly missing: readonly Missing[];
  readonly unbalanced: readonly Unbalanced[];
  readonly unknown: readonly Unknown[];
  readonly callbacksRun: readonly CallbacksRun[];
  readonly signallers: readonly Signaller[];
  /** How many activations were followed; above the limit, the rest was left out and must be said so. */
  readonly frames: number;
  readonly exhausted: boolean;
}

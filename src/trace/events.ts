import type { Event, Fence, LinkedStep, LockClass } from "../link/program.js";
import type { Context, Mode } from "../manifest/words.js";
import { type Frame, rebase } from "./frame.js";
import type { Held, Instance, Place } from "./state.js";

/** One lock taken at one step, with what this body held at that moment. What its callers hold is theirs: see Call. */
export interface Acquisition extends Place {
  readonly lock: LockClass;
  readonly key: number;
  readonly instance: Instance;
  readonly mode: Mode;
  readonly trylock: boolean;
  /** Same-class nesting is allowed under this lock. */
  readonly nest?: LockClass;
  readonly held: readonly Held[];
  readonly irqsOff: boolean;
  readonly bhOff: boolean;
  readonly context: Context;
  /** The fences, by number, that this body signals in this step or later. */
  readonly owed: ReadonlySet<number>;
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

/** `needs` of a lock that this body does not hold itself. */
export interface Need extends Place {
  readonly lock: LockClass;
}

/** `unlock` of a lock that is not held here, or a function that does not leave held what it says. */
export interface Unbalanced extends Place {
  readonly lock: LockClass;
  readonly held: readonly Held[];
  readonly leaves: boolean;
}

/** An op of a fence is called, whether or not it takes any lock. */
export interface OpCall extends Place {
  readonly fence: Fence;
  readonly op: string;
  readonly held: readonly Held[];
}

/** Callbacks of a fence are called. */
export interface CallbacksRun extends Place {
  readonly held: readonly Held[];
}

/**
 * Which of the caller's objects one of the callee's is: the fence at hand, the fence that has signalled, or another
 * one. Locks of the same class on the same of the first two are the same lock.
 */
export type Plane = 0 | 1 | 2;
export const SELF_PLANE = 0;
export const SIGNALED_PLANE = 1;
export const OTHER_PLANE = 2;

/** One body entered from another, with what the caller itself holds meanwhile. */
export interface Call extends Place {
  readonly caller: Activation;
  readonly callee: Activation;
  readonly held: readonly Held[];
  /**
   * The callee's own objects, as the caller knows them: what it holds of these is the callee's very lock. Left out of
   * a call about any fence.
   */
  readonly about?: Instance;
  readonly aboutSignaled?: Instance;
  /** What the callee's `self` and `signaled` are to the caller. */
  readonly self: Plane;
  readonly signaled: Plane;
  /** The fences that the caller signals after this step. */
  readonly owedAfter: ReadonlySet<number>;
  /** The caller goes on to signal by this very call, not in what the call does besides. */
  readonly signals: ReadonlySet<number>;
}

/**
 * One body for one kind of fence at hand and one state of interrupts, with everything that it does itself. Activations
 * and their calls form the call graph; what a chain of calls holds altogether is put together from it (see reach.ts).
 */
export interface Activation {
  readonly id: number;
  /** As it was first reached: breadth first, so by a shortest chain of calls. */
  readonly frame: Frame;
  /** It stands for calls of its body about any fence: nothing but one call for each, and no link of a chain. */
  readonly fan: boolean;
  readonly irqsOff: boolean;
  readonly bhOff: boolean;
  readonly keptSelf: boolean;
  readonly keptSignaled: boolean;
  /** The fences that `self` refers to by a link or a name and that a caller keeps, as children of its instance. */
  readonly keptChildren: readonly string[];
  calls: readonly Call[];
  acquisitions: readonly Acquisition[];
  sleeps: readonly Sleep[];
  needs: readonly Need[];
  callbacks: readonly CallbacksRun[];
  opCalls: readonly OpCall[];
  interruptsOn: readonly InterruptsOn[];
  /** The completions that it makes happen, as events. */
  completes: readonly Event[];
}

/** Where a chain of calls has come to. */
interface Reached {
  readonly activation: Activation;
  readonly frame: Frame;
  /** Of a fan: the step that called it. */
  readonly step?: LinkedStep;
}

/** One call further down a chain. */
function enter(from: Reached, call: Call): Reached {
  const { callee } = call;
  const caller = rebase(call.frame, from.activation.frame, from.frame);
  const callStep = from.step ?? call.step;
  if (callee.fan) return { activation: callee, frame: caller, step: callStep };
  return { activation: callee, frame: { ...callee.frame, caller, callStep } };
}

/** The frame to which calls lead from an activation, one after the other. */
export function frameAfter(start: Activation, calls: readonly Call[]): Frame {
  return calls.reduce<Reached>(enter, { activation: start, frame: start.frame }).frame;
}

/** Everything that can run, and what each part of it does. */
export interface Trace {
  /** Entry points first reached first: callers before callees, but for recursion. */
  readonly activations: readonly Activation[];
  readonly unbalanced: readonly Unbalanced[];
}

/** Which of an activation's objects an instance is. */
export function planeOf(frame: Frame, instance: Instance): Plane {
  if (instance === frame.self) return SELF_PLANE;
  if (instance === frame.signaled) return SIGNALED_PLANE;
  // A path without a fence at hand means its own when it names one: what it locks is that fence's.
  const own =
    frame.self.fence === undefined &&
    instance.parent === frame.self &&
    instance.fence?.driver === frame.body.driver;
  return own && instance.named === true ? SELF_PLANE : OTHER_PLANE;
}

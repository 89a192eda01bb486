import type { Fence, LinkedStep, LockClass } from "../link/program.js";
import type { Mode } from "../manifest/words.js";
import type { Frame } from "./frame.js";

/**
 * One object that a chain of calls is about: a fence, or (without fence) whatever a path is entered for.
 * Locks belong to instances: two acquisitions of one class deadlock for certain only on the same instance.
 */
export interface Instance {
  readonly fence?: Fence;
  readonly parent?: Instance;
  /** Whether `parent` refers to it by the fence's own name, not through a link. */
  readonly named?: boolean;
  /** Under which name it is among the `children` of `parent`. */
  readonly as?: string;
  /** The instances that it refers to by a link or a name, by that name. */
  children?: Map<string, Instance>;
}

export function newInstance(fence?: Fence, parent?: Instance, named = false, as?: string): Instance {
  return { fence, parent, named, as };
}

/** Where no fence is at hand. */
export const NO_FENCE = newInstance();

/** A step as it is reached through one chain of calls. */
export interface Place {
  readonly frame: Frame;
  readonly step: LinkedStep;
}

export interface Held extends Place {
  readonly lock: LockClass;
  /** Class and subclass as one number: what lockdep calls a class. */
  readonly key: number;
  readonly instance: Instance;
  readonly mode: Mode;
  readonly trylock: boolean;
  /** Whether releasing it turns hardirqs on again. */
  readonly restoresIrq: boolean;
  /** Whether releasing it leaves hardirqs off, whatever was done meanwhile: they were off when it saved their state. */
  readonly keepsIrqOff: boolean;
  /** Whether it is among those that keep softirqs off. */
  readonly disablesBh: boolean;
  /** Taken although held already, which was reported: it takes part in nothing more. */
  readonly repeated: boolean;
  /** The list of steps at whose end it is let go, if not before. */
  readonly list: object;
}

/** What is held, and whether this CPU may be interrupted. */
export interface State {
  readonly held: readonly Held[];
  readonly irqsOff: boolean;
  readonly bhOff: boolean;
}

/** Subclasses make other classes: at most eight, MAX_LOCKDEP_SUBCLASSES in include/linux/lockdep_types.h. */
export const SUBCLASSES = 8;

export function classKey(lock: LockClass, subclass: number): number {
  return lock.id * SUBCLASSES + subclass;
}

/** `name`, or `name/1` for a subclass, as lockdep prints it. */
export function className(lock: LockClass, subclass: number): string {
  return subclass === 0 ? lock.name : `${lock.name}/${subclass}`;
}

/** The lock class of what className() gives. */
export function withoutSubclass(name: string): string {
  return name.replace(/\/[1-7]$/, "");
}

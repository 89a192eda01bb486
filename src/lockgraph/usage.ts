import type { LockClass } from "../link/program.js";
import type { Acquisition } from "../trace/events.js";
import type { Held, Place } from "../trace/state.js";

/**
 * How a class is used, as in lockdep_states.h: taken in an interrupt, or with interrupts enabled; hardirq and softirq;
 * for write and for read. The bits are shifts of one another: see `conflicts`.
 */
export const IN_HARDIRQ = 1;
export const IN_HARDIRQ_READ = 2;
export const ENABLED_HARDIRQ = 4;
export const ENABLED_HARDIRQ_READ = 8;
export const IN_SOFTIRQ = 16;
export const IN_SOFTIRQ_READ = 32;
export const ENABLED_SOFTIRQ = 64;
export const ENABLED_SOFTIRQ_READ = 128;

export type IrqState = "hardirq" | "softirq";

export interface UsageBits {
  readonly state: IrqState;
  readonly inIrq: number;
  readonly inIrqRead: number;
  readonly enabled: number;
  readonly enabledRead: number;
}

export const IRQ_STATES: readonly UsageBits[] = [
  {
    state: "hardirq",
    inIrq: IN_HARDIRQ,
    inIrqRead: IN_HARDIRQ_READ,
    enabled: ENABLED_HARDIRQ,
    enabledRead: ENABLED_HARDIRQ_READ,
  },
  {
    state: "softirq",
    inIrq: IN_SOFTIRQ,
    inIrqRead: IN_SOFTIRQ_READ,
    enabled: ENABLED_SOFTIRQ,
    enabledRead: ENABLED_SOFTIRQ_READ,
  },
];

/** A class of the lock graph: a lock class with a subclass. */
export interface GraphClass {
  readonly lock: LockClass;
  readonly key: number;
  readonly name: string;
  /** For each usage bit the first place that was seen to have it. */
  readonly usage: Map<number, Place>;
  usageMask: number;
}

/** lockdep.c, mark_usage(): a trylock cannot be waited for in an interrupt, so it marks no use in one. */
export function markUsage(lockClass: GraphClass, acquisition: Acquisition): void {
  const read = acquisition.mode !== "write";
  if (!acquisition.trylock) {
    if (acquisition.context === "hardirq") mark(lockClass, read ? IN_HARDIRQ_READ : IN_HARDIRQ, acquisition);
    if (acquisition.context === "softirq") mark(lockClass, read ? IN_SOFTIRQ_READ : IN_SOFTIRQ, acquisition);
  }
  if (acquisition.irqsOff) return;
  mark(lockClass, read ? ENABLED_HARDIRQ_READ : ENABLED_HARDIRQ, acquisition);
  if (!acquisition.bhOff) mark(lockClass, read ? ENABLED_SOFTIRQ_READ : ENABLED_SOFTIRQ, acquisition);
}

/** lockdep.c, mark_held_locks(): interrupts come on while it is held. */
export function markHeldEnabled(
  lockClass: GraphClass,
  held: Held,
  event: { readonly hardirq: boolean; readonly softirq: boolean },
): void {
  const read = held.mode !== "write";
  if (event.hardirq) mark(lockClass, read ? ENABLED_HARDIRQ_READ : ENABLED_HARDIRQ, held);
  if (event.softirq) mark(lockClass, read ? ENABLED_SOFTIRQ_READ : ENABLED_SOFTIRQ, held);
}

function mark(lockClass: GraphClass, bit: number, place: Place): void {
  if (lockClass.usageMask & bit) return;
  lockClass.usageMask |= bit;
  lockClass.usage.set(bit, place);
}

/** A class that stands for waiting, with no lock or lockdep_map of the kernel's behind it: interrupts do not matter to it. */
export function isWait(lock: LockClass): boolean {
  return lock.kind === "completion" || (lock.kind === "map" && lock.declaration === undefined);
}

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

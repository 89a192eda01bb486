import { IRQ_STATES } from "./usage.js";

/**
 * How a class is used, as lockdep prints it in a lock's name: `{+.+.}` (lockdep.c, get_usage_chars()). Four places:
 * hardirq, hardirq read, softirq, softirq read. In each `-` is taken in that interrupt, `+` with it enabled, `?` both,
 * and `.` neither.
 */
export function usageChars(usageMask: number): string {
  return IRQ_STATES.flatMap(({ inIrq, enabled, inIrqRead, enabledRead }) => [
    usageChar(usageMask, inIrq, enabled),
    usageChar(usageMask, inIrqRead, enabledRead),
  ]).join("");
}

/** lockdep.c, get_usage_char() */
function usageChar(usageMask: number, inIrq: number, enabled: number): string {
  const isInIrq = (usageMask & inIrq) !== 0;
  if (usageMask & enabled) return isInIrq ? "?" : "+";
  return isInIrq ? "-" : ".";
}

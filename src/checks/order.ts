import type { LockClass } from "../link/program.js";
import type { LeftOut } from "../lockgraph/cycles.js";
import { problemCycles } from "./cycles.js";
import { fenceWait, isWait } from "./fence-wait.js";
import type { Finding } from "./finding.js";
import type { CheckInput } from "./input.js";
import { lockOrder } from "./lock-order.js";

/** The rules about cycles: each strong cycle once, as lock-order or, where somebody waits on it, as fence-wait. */
export function cycleRules({ program, locks }: CheckInput): { findings: Finding[]; leftOut?: LeftOut } {
  const { cycles, leftOut } = problemCycles(locks);
  const against = (from: LockClass, to: LockClass) =>
    program.order.some((order) => order.indexOf(to) >= 0 && order.indexOf(to) < order.indexOf(from));
  const findings = cycles.flatMap(({ links }) => {
    // One step against the documented order is declared-order's to tell, of each driver; with it mended, this is.
    const lockOf = (index: number) => locks.classes[index].lock;
    if (links.some(({ dependency: { from, to } }) => against(lockOf(from), lockOf(to)))) return [];
    const waits = links.some(({ dependency }) => isWait(locks, dependency.from));
    return (waits ? fenceWait(program, locks, links) : lockOrder(locks, links)) ?? [];
  });
  return { findings, leftOut };
}

import type { LeftOut } from "../lockgraph/cycles.js";
import { problemCycles } from "./cycles.js";
import { fenceWait, isWait } from "./fence-wait.js";
import type { Finding } from "./finding.js";
import type { CheckInput } from "./input.js";
import { lockOrder } from "./lock-order.js";

/** The rules about cycles: each strong cycle once, as lock-order or, where somebody waits on it, as fence-wait. */
export function cycleRules({ program, locks }: CheckInput): { findings: Finding[]; leftOut?: LeftOut } {
  const { cycles, leftOut } = problemCycles(locks);
  const documented = new Set(program.order.flat());
  const findings = cycles.flatMap(({ links }) => {
    // Locks of the documented order alone: one of them is taken against it, which declared-order tells of each driver.
    if (links.every(({ dependency }) => documented.has(locks.classes[dependency.from].lock))) return [];
    const waits = links.some(({ dependency }) => isWait(locks, dependency.from));
    return (waits ? fenceWait(program, locks, links) : lockOrder(locks, links)) ?? [];
  });
  return { findings, leftOut };
}

import type { LockClass } from "../link/program.js";
import type { LeftOut } from "../lockgraph/cycles.js";
import { type CycleLinks, problemCycles } from "./cycles.js";
import { fenceWait, isWait } from "./fence-wait.js";
import type { Finding } from "./finding.js";
import type { CheckInput } from "./input.js";
import { lockOrder } from "./lock-order.js";
import { SEVERITIES } from "./rules.js";

/** The rules about cycles: each strong cycle once, as lock-order or, where somebody waits on it, as fence-wait. */
export function cycleRules({ program, locks }: CheckInput): { findings: Finding[]; leftOut?: LeftOut } {
  const { cycles, leftOut } = problemCycles(locks);
  const against = (from: LockClass, to: LockClass) =>
    program.order.some((order) => order.indexOf(to) >= 0 && order.indexOf(to) < order.indexOf(from));
  const waits = new Map<CycleLinks, Finding>();
  const findings = cycles.flatMap((cycle) => {
    const { links } = cycle;
    // One step against the documented order is declared-order's to tell, of each driver; with it mended, this is.
    const lockOf = (index: number) => locks.classes[index].lock;
    if (links.some(({ dependency: { from, to } }) => against(lockOf(from), lockOf(to)))) return [];
    if (!links.some(({ dependency }) => isWait(locks, dependency.from))) return lockOrder(locks, links);
    const finding = fenceWait(program, locks, links);
    if (finding !== undefined) waits.set(cycle, finding);
    return [];
  });
  return { findings: [...findings, ...minimal(waits)], leftOut };
}

/**
 * Waits that are no roundabout form of a shorter one: where everything on one cycle lies on another, too, the shorter
 * is the problem, and the longer adds somebody who has the same or a like problem of his own.
 */
function minimal(waits: ReadonlyMap<CycleLinks, Finding>): Finding[] {
  const all = [...waits].map(([{ links }, finding]) => ({
    finding,
    on: new Set(links.map(({ dependency }) => dependency.from)),
  }));
  const covers = (shorter: (typeof all)[number], longer: (typeof all)[number]): boolean =>
    shorter.on.size < longer.on.size &&
    SEVERITIES.indexOf(shorter.finding.severity) <= SEVERITIES.indexOf(longer.finding.severity) &&
    [...shorter.on].every((index) => longer.on.has(index));
  return all.filter((one) => !all.some((other) => covers(other, one))).map(({ finding }) => finding);
}

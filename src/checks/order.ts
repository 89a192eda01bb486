import type { Cycle, LeftOut } from "../lockgraph/cycles.js";
import { linksOf, problemCycles } from "./cycles.js";
import { contradicts } from "./declared-order.js";
import { fencesAlone, fenceWait, isWait, otherSignaller } from "./fence-wait.js";
import type { Finding } from "./finding.js";
import type { CheckInput } from "./input.js";
import { lockOrder } from "./lock-order.js";

/** The rules about cycles: each strong cycle once, as lock-order or, where somebody waits on it, as fence-wait. */
export function cycleRules(input: CheckInput): { findings: Finding[]; leftOut?: LeftOut } {
  const { locks } = input;
  if (!locks.strong.cyclic) return { findings: [] };
  const { cycles, leftOut } = problemCycles(locks);
  const waits: Wait[] = [];
  const findings = cycles.flatMap((cycle) => {
    // One step against the documented order is declared-order's to tell, of each driver; with it mended, this is.
    if (cycle.some((from, i) => contradicts(input, from, cycle[(i + 1) % cycle.length]))) return [];
    if (!cycle.some((index) => isWait(locks, index))) return lockOrder(locks, linksOf(locks, cycle)) ?? [];
    if (!fencesAlone(locks, cycle))
      waits.push({ cycle, on: new Set(cycle), other: otherSignaller(locks, cycle) });
    return [];
  });
  const told = minimal(waits).map(({ cycle, other }) => fenceWait(locks, linksOf(locks, cycle), other));
  return { findings: [...findings, ...told], leftOut };
}

/** A cycle with a wait in it; with who signals all the same, if somebody does, it is a note. */
interface Wait {
  readonly cycle: Cycle;
  readonly on: ReadonlySet<number>;
  readonly other: string | undefined;
}

/**
 * Waits that are no roundabout form of a shorter one: where everything on one cycle lies on another, too, the shorter
 * is the problem, and the longer adds somebody who has the same or a like problem of his own.
 */
function minimal(waits: readonly Wait[]): Wait[] {
  const covers = (shorter: Wait, longer: Wait): boolean =>
    shorter.on.size < longer.on.size &&
    (shorter.other === undefined || longer.other !== undefined) &&
    [...shorter.on].every((index) => longer.on.has(index));
  return waits.filter((one) => !waits.some((other) => covers(other, one)));
}

import type { LeftOut } from "../lockgraph/cycles.js";
import { type CycleLink, problemCycles } from "./cycles.js";
import { contradicts } from "./declared-order.js";
import { fencesAlone, fenceWait, isWait, otherSignaller } from "./fence-wait.js";
import type { Finding } from "./finding.js";
import type { CheckInput } from "./input.js";
import { lockOrder } from "./lock-order.js";

/** The rules about cycles: each strong cycle once, as lock-order or, where somebody waits on it, as fence-wait. */
export function cycleRules(input: CheckInput): { findings: Finding[]; leftOut?: LeftOut } {
  const { program, locks } = input;
  if (!locks.strong.cyclic) return { findings: [] };
  const { cycles, leftOut } = problemCycles(program, locks);
  const waits: Wait[] = [];
  const findings = cycles.flatMap(({ links }) => {
    // One step against the documented order is declared-order's to tell, of each driver; with it mended, this is.
    if (links.some(({ dependency }) => contradicts(input, dependency))) return [];
    const cycle = links.map(({ dependency }) => dependency.from);
    if (!cycle.some((index) => isWait(locks, index))) return lockOrder(locks, links) ?? [];
    if (!fencesAlone(locks, cycle))
      waits.push({ links, on: new Set(cycle), other: otherSignaller(program, locks, cycle) });
    return [];
  });
  return {
    findings: [...findings, ...minimal(waits).map(({ links, other }) => fenceWait(locks, links, other))],
    leftOut,
  };
}

/** A cycle with a wait in it; with who signals all the same, if somebody does, it is a note. */
interface Wait {
  readonly links: readonly CycleLink[];
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

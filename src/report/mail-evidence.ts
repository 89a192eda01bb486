import type { Finding, FindingDependency, ScheduleColumn } from "../checks/finding.js";
import { verdict } from "./finding-text.js";
import { placeOf } from "./places.js";
import { drawSchedule, wholeSchedule } from "./schedule.js";
import { roleOf } from "./steps.js";
import { wrap } from "./wrap.js";

const INDENT = "     ";

/** How a dependency comes about, in lines of at most `width`: each step, with its place where that does not fit below. */
export function mailEvidence({ held, evidence }: FindingDependency, width: number): string[] {
  const { entry, context, chain } = evidence;
  return [
    ...wrap(`From ${entry}() in ${context} context:`, width, "   "),
    ...chain.flatMap((link, index) => {
      const role = roleOf(chain, index, held).padEnd(7);
      const step = `${link.function}(): ${link.action}`;
      return [
        ...wrap(step, width, `${INDENT}${role}`, `${INDENT}         `),
        ...wrap(placeOf(link), width, `${INDENT}         `),
      ];
    }),
  ];
}

/** The CPUs' table where it fits, else the same steps one below the other in time. */
export function mailSchedule(finding: Finding, width: number): string[] {
  const schedule = wholeSchedule(finding);
  if (schedule.length === 0) return [];
  const table = drawSchedule(schedule, INDENT);
  const fits = table.every((line) => line.length <= width);
  return [...(fits ? table : inTime(schedule, width)), "", `   ${verdict(finding)}`];
}

function inTime(schedule: readonly ScheduleColumn[], width: number): string[] {
  const rows = Math.max(...schedule.map(({ steps }) => steps.length));
  return Array.from({ length: rows }, (_, row) =>
    schedule.flatMap(({ cpu, steps }) => {
      const step = (steps[row] ?? "").trim();
      return step === "" ? [] : wrap(step, width, `${INDENT}CPU${cpu}  `, `${INDENT}      `);
    }),
  ).flat();
}

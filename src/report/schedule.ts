import type { Finding, ScheduleColumn } from "../checks/finding.js";
import { oneLine } from "./wrap.js";

/** A schedule as lockdep draws it: a column a CPU, time downwards. */
export function drawSchedule(schedule: readonly ScheduleColumn[], indent = "  "): string[] {
  if (schedule.length === 0) return [];
  const columns = schedule.map(({ cpu, steps }) => ({ cpu, steps: steps.map(oneLine) }));
  const widths = columns.map(({ steps }) => Math.max(6, ...steps.map((step) => step.length)));
  const rows = Math.max(...columns.map(({ steps }) => steps.length));
  const line = (cells: readonly string[]) =>
    (indent + cells.map((cell, i) => cell.padEnd(widths[i])).join("   ")).trimEnd();
  const out = [line(columns.map(({ cpu }) => `CPU${cpu}`)), line(columns.map(() => "----"))];
  for (let row = 0; row < rows; row++) out.push(line(columns.map(({ steps }) => steps[row] ?? "")));
  return out;
}

/**
 * A finding's schedule with every CPU that the deadlock takes. Against a documented order, the last is the one that
 * keeps to it: any code may, so the finding has no evidence of it.
 */
export function wholeSchedule({ rule, schedule, dependencies }: Finding): readonly ScheduleColumn[] {
  const [inner, outer] = [dependencies[0]?.from, dependencies.at(-1)?.to];
  if (rule !== "declared-order" || inner === undefined || outer === undefined) return schedule;
  const count = schedule.length;
  const columns = schedule.map(({ cpu, steps }) => ({
    cpu,
    steps: [...steps.slice(0, count), "", ...steps.slice(count), ""],
  }));
  const steps: string[] = Array(2 * count + 2).fill("");
  steps[count] = `lock(${outer});`;
  steps[2 * count + 1] = `lock(${inner});`;
  return [...columns, { cpu: count, steps }];
}

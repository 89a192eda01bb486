import type { ScheduleColumn } from "../checks/finding.js";

/** A schedule as lockdep draws it: a column a CPU, time downwards. */
export function drawSchedule(columns: readonly ScheduleColumn[], indent = "  "): string[] {
  if (columns.length === 0) return [];
  const widths = columns.map(({ steps }) => Math.max(6, ...steps.map((step) => step.length)));
  const rows = Math.max(...columns.map(({ steps }) => steps.length));
  const line = (cells: readonly string[]) =>
    (indent + cells.map((cell, i) => cell.padEnd(widths[i])).join("   ")).trimEnd();
  const out = [line(columns.map(({ cpu }) => `CPU${cpu}`)), line(columns.map(() => "----"))];
  for (let row = 0; row < rows; row++) out.push(line(columns.map(({ steps }) => steps[row] ?? "")));
  return out;
}

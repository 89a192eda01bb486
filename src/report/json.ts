import type { Report } from "../analysis/report.js";

/** The report as the JSON contract has it, one line break at the end. */
export function json(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

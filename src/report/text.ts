import type { Report } from "../analysis/report.js";
import { findingText } from "./finding-text.js";
import { fold } from "./fold.js";
import { PLAIN, type Style } from "./style.js";
import { summaryLine } from "./summary.js";

/** The report for a terminal: each finding with what holds, what takes, the CPUs' table and what would mend it. */
export function text(report: Report, style: Style = PLAIN): string {
  const blocks = fold(report.findings).map((folded) => findingText(folded, report, style));
  return `${[...blocks, summaryLine(report, style)].join("\n\n")}\n`;
}

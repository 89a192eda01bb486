import type { Report } from "../analysis/report.js";
import { findingText } from "./finding-text.js";
import { fold, isBrief } from "./fold.js";
import { PLAIN, type Style } from "./style.js";
import { summaryLine } from "./summary.js";

/** The report for a terminal: each finding with what holds, what takes, the CPUs' table and what would mend it. Notes that ask for
 * nothing follow in brief, after everything else. */
export function text(report: Report, style: Style = PLAIN): string {
  const folded = fold(report.findings);
  const told = (brief: boolean) =>
    folded
      .filter(({ finding }) => isBrief(finding) === brief)
      .map((entry) => findingText(entry, report, style));
  const notes = told(true);
  const blocks = [...told(false), ...(notes.length > 0 ? [notes.join("\n")] : [])];
  return `${[...blocks, summaryLine(report, style)].join("\n\n")}\n`;
}

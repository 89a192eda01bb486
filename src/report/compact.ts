import type { Report } from "../analysis/report.js";
import type { Finding } from "../checks/finding.js";
import { knownText } from "./known.js";
import { faultLink, placeOf } from "./places.js";
import { oneLine } from "./wrap.js";

/** One line a finding, `file:line: severity[rule] message (id)`: for editors, which read the place, grep and sort. */
export function compact(report: Report): string {
  return report.findings.map((finding) => `${line(finding, report)}\n`).join("");
}

function line(finding: Finding, report: Report): string {
  const { rule, severity, message, id, known } = finding;
  const fault = faultLink(finding);
  const place = fault === undefined ? report.policy.file : placeOf(fault);
  const why = known === undefined ? "" : ` (known: ${knownText(known)})`;
  return oneLine(`${place}: ${severity}[${rule}] ${message} (${id})${why}`);
}

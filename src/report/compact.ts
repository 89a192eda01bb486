import type { Report } from "../analysis/report.js";
import type { Finding } from "../checks/finding.js";
import { knownText } from "./known.js";
import { faultLink, placeOf } from "./places.js";
import { oneLine } from "./wrap.js";

/** One line a finding, `file:line: rule: message`, as compilers write them: for editors, grep and sort. */
export function compact(report: Report): string {
  return report.findings.map((finding) => `${line(finding, report)}\n`).join("");
}

function line(finding: Finding, report: Report): string {
  const { rule, message, known } = finding;
  const fault = faultLink(finding);
  const place = fault === undefined ? report.policy.file : placeOf(fault);
  const why = known === undefined ? "" : ` (known: ${knownText(known)})`;
  return oneLine(`${place}: ${rule}: ${message}${why}`);
}

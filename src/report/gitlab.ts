import type { Report } from "../analysis/report.js";
import type { Finding } from "../checks/finding.js";
import type { Severity } from "../checks/rules.js";
import { knownText } from "./known.js";
import { inputPosition } from "./places.js";

const SEVERITY: Readonly<Record<Severity, string>> = { error: "critical", warning: "major", note: "info" };

/** GitLab's code quality report: an entry a finding, at its line of the manifest. */
export function gitlab(report: Report): string {
  return `${JSON.stringify(
    report.findings.map((finding) => entry(finding, report)),
    null,
    2,
  )}\n`;
}

function entry(finding: Finding, report: Report) {
  const { id, rule, severity, message, known } = finding;
  const { file, line } = inputPosition(report, finding);
  return {
    description: known === undefined ? message : `${message} (known: ${knownText(known)})`,
    check_name: rule,
    fingerprint: id,
    severity: known === undefined ? SEVERITY[severity] : "info",
    location: { path: file, lines: { begin: line } },
  };
}

import { countBySeverity, type Report } from "../analysis/report.js";
import type { Finding } from "../checks/finding.js";
import { bySeverity, RULES } from "../checks/rules.js";
import type { Config, Ignore, Severities } from "./config.js";

/** A report as a project wants it: severities its own, ignored findings out and counted. */
export function applyConfig(
  report: Report,
  { severities, ignore }: Pick<Config, "severities" | "ignore">,
): Report {
  if (ignore.length === 0 && Object.keys(severities).length === 0) return report;
  const findings = report.findings
    .filter(
      (finding) => severities[finding.rule] !== "off" && !ignore.some((entry) => applies(entry, finding)),
    )
    .map((finding) => weighed(finding, severities))
    .sort(bySeverity);
  const ignored = report.findings.length - findings.length;
  const known =
    report.summary.known === undefined
      ? undefined
      : findings.filter((finding) => finding.known !== undefined).length;
  return {
    ...report,
    findings,
    summary: { ...report.summary, ...countBySeverity(findings), known, ignored },
  };
}

/** What is milder than its rule (guarded, or with another way out) stays as it is. */
function weighed(finding: Finding, severities: Severities): Finding {
  const wish = severities[finding.rule];
  if (wish === undefined || wish === "off" || finding.severity !== RULES[finding.rule].severity)
    return finding;
  return { ...finding, severity: wish };
}

function applies({ rule, driver, op, lock, id }: Ignore, finding: Finding): boolean {
  return (
    (rule === undefined || finding.rule === rule) &&
    (driver === undefined || finding.drivers.includes(driver)) &&
    (op === undefined || finding.ops.includes(op)) &&
    (lock === undefined || finding.locks.includes(lock)) &&
    (id === undefined || finding.id === id)
  );
}

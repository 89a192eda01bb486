import { countBySeverity, type Report } from "../analysis/report.js";
import type { Baseline, BaselineEntry } from "./baseline.js";

/** An entry that no longer says how things are: its finding is gone, or its time is over. */
export interface Lapse {
  readonly why: "stale" | "expired";
  readonly entry: BaselineEntry;
}

export interface Matched {
  /** All findings, those in the baseline marked as known and no longer counted by severity. */
  readonly report: Report;
  readonly lapses: readonly Lapse[];
}

/**
 * Marks what is known. An expired entry still covers its finding: that is for the caller to judge.
 * @param today YYYY-MM-DD
 * @param whole every entry must be met, even one of a driver or policy that was not analysed
 */
export function matchBaseline(report: Report, baseline: Baseline, today: string, whole: boolean): Matched {
  const entries = new Map(baseline.findings.map((entry) => [entry.id, entry]));
  const met = new Set<string>();
  const findings = report.findings.map((finding) => {
    const entry = entries.get(finding.id);
    if (entry === undefined) return finding;
    met.add(entry.id);
    const { reason, owner, expires } = entry;
    return { ...finding, known: { reason, owner, expires } };
  });
  const known = findings.filter((finding) => finding.known !== undefined).length;
  const complete = whole || covers(report, baseline);
  const lapses = baseline.findings.flatMap((entry): Lapse[] => {
    if (!met.has(entry.id)) return complete ? [{ why: "stale", entry }] : [];
    return entry.expires !== undefined && entry.expires < today ? [{ why: "expired", entry }] : [];
  });
  return {
    report: { ...report, findings, summary: { ...report.summary, ...countBySeverity(findings), known } },
    lapses,
  };
}

/**
 * Whether a finding that is missing from the report is gone for good: under another policy, or without some of the
 * drivers, it just did not come up.
 */
function covers({ policy, manifests }: Report, baseline: Baseline): boolean {
  const drivers = new Set(manifests.map(({ driver }) => driver));
  const plain = policy.hold === undefined && policy.drop === undefined;
  return (
    plain &&
    policy.name === baseline.policy &&
    baseline.findings.every((entry) => entry.drivers.every((driver) => drivers.has(driver)))
  );
}

/** The report without what is known: for formats that tell people what to do. */
export function withoutKnown(report: Report): Report {
  return { ...report, findings: report.findings.filter(({ known }) => known === undefined) };
}

import { countBySeverity, type Report } from "../analysis/report.js";
import { type Baseline, type BaselineEntry, coversSeverity } from "./baseline.js";

/** An entry that no longer says how things are: its finding is gone, or its time is over. */
export interface Lapse {
  readonly why: "stale" | "expired";
  readonly entry: BaselineEntry;
}

export interface Matched {
  /** All findings, those in the baseline marked as known and no longer counted by severity. */
  readonly report: Report;
  readonly lapses: readonly Lapse[];
  /** Why no entry can be called stale, if so. */
  readonly unjudged?: string;
}

/**
 * Marks what is known. An expired entry still covers its finding: that is for the caller to judge.
 * @param today YYYY-MM-DD
 */
export function matchBaseline(report: Report, baseline: Baseline, today: string): Matched {
  const entries = new Map(baseline.findings.map((entry) => [entry.id, entry]));
  const met = new Set<string>();
  const findings = report.findings.map((finding) => {
    const entry = entries.get(finding.id);
    if (entry === undefined) return finding;
    met.add(entry.id);
    if (!coversSeverity(entry, finding.severity)) return finding;
    const { reason, owner, expires } = entry;
    return { ...finding, known: { reason, owner, expires } };
  });
  const known = findings.filter((finding) => finding.known !== undefined).length;
  const unjudged = whyUnjudged(report, baseline);
  const lapses = baseline.findings.flatMap((entry): Lapse[] => {
    if (!met.has(entry.id)) return unjudged === undefined ? [{ why: "stale", entry }] : [];
    return entry.expires !== undefined && entry.expires < today ? [{ why: "expired", entry }] : [];
  });
  return {
    report: { ...report, findings, summary: { ...report.summary, ...countBySeverity(findings), known } },
    lapses,
    unjudged,
  };
}

/**
 * Why a finding that is missing from the report need not be gone for good, if so: under another policy, or without some
 * of the drivers, it just did not come up.
 */
export function whyUnjudged({ policy, manifests }: Report, baseline: Baseline): string | undefined {
  if (policy.name !== baseline.policy)
    return `it was made under ${baseline.policy}, and this is ${policy.name}`;
  if (policy.hold !== undefined || policy.drop !== undefined)
    return `it was made under ${baseline.policy} without a what-if`;
  const here = new Set(manifests.map(({ driver }) => driver));
  const missing = baseline.findings.flatMap(({ drivers }) => drivers.filter((driver) => !here.has(driver)));
  if (missing.length === 0) return undefined;
  return `it speaks of drivers that are not among the manifests: ${[...new Set(missing)].sort().join(", ")}`;
}

/** The report without what is known: for formats that tell people what to do. */
export function withoutKnown(report: Report): Report {
  return { ...report, findings: report.findings.filter(({ known }) => known === undefined) };
}

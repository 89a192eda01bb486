import type { Report } from "../analysis/report.js";
import type { Known } from "../checks/finding.js";
import { compare } from "../source/compare.js";
import { type Baseline, type BaselineEntry, coversSeverity } from "./baseline.js";

export interface Update {
  /** What stands there already: its reasons, owners and dates are kept. */
  readonly before?: Baseline;
  /** What to say of new entries. */
  readonly known: Known;
  /** Add what is new. */
  readonly add: boolean;
  /** Leave out what is no longer found. */
  readonly prune: boolean;
}

export interface Updated {
  readonly baseline: Baseline;
  readonly added: number;
  readonly pruned: number;
}

/** A baseline with the findings of a report: by driver, then fingerprint. */
export function updateBaseline({ policy, findings }: Report, { before, known, add, prune }: Update): Updated {
  const entries = new Map((before?.findings ?? []).map((entry) => [entry.id, entry]));
  const found = new Set(findings.map(({ id }) => id));
  const gone = prune ? [...entries.keys()].filter((id) => !found.has(id)) : [];
  for (const id of gone) entries.delete(id);
  const kept = entries.size;
  for (const { id, rule, severity, drivers, message } of findings) {
    const entry = entries.get(id);
    // What has got worse is new: only `add` may take it in.
    if (!add && (entry === undefined || !coversSeverity(entry, severity))) continue;
    const { reason, owner, expires } = entry ?? known;
    const weight = severity === "error" ? {} : { severity };
    entries.set(id, { id, rule, ...weight, drivers, what: message, reason, owner, expires });
  }
  const baseline = { policy: policy.name, findings: [...entries.values()].sort(byDriver) };
  return { baseline, added: entries.size - kept, pruned: gone.length };
}

function byDriver(a: BaselineEntry, b: BaselineEntry): number {
  return compare(a.drivers.join(), b.drivers.join()) || compare(a.id, b.id);
}

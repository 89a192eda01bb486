import { isWorse, RULES, SEVERITIES, type Severity } from "../checks/rules.js";
import { isMapOf, isMissingOrText, isText, jsonOf, listOf } from "../source/plain.js";

/** A finding that is known and may stay for now. */
export interface BaselineEntry {
  /** The finding's fingerprint. */
  readonly id: string;
  readonly rule: string;
  /** How severe it was when the entry was written: what has got worse since is not known. Left out: an error. */
  readonly severity?: Severity;
  readonly drivers: readonly string[];
  /** What it is, for readers: the finding's message when the entry was written. */
  readonly what: string;
  readonly reason: string;
  readonly owner?: string;
  /** The last day on which it may stay, as YYYY-MM-DD. */
  readonly expires?: string;
}

/** The findings that are known, and the policy under which they were found. */
export interface Baseline {
  readonly policy: string;
  readonly findings: readonly BaselineEntry[];
}

export const BASELINE_KEYS = ["baseline", "policy", "findings"] as const;
export const ENTRY_KEYS = [
  "id",
  "rule",
  "severity",
  "drivers",
  "what",
  "reason",
  "owner",
  "expires",
] as const;

/** The baseline in a JSON text; nothing where anything is wrong with it: parseBaseline() tells what. */
export function quickBaseline(text: string): Baseline | undefined {
  return baselineOf(jsonOf(text));
}

/** The baseline that this data is; nothing where it departs from baselineSchema. */
export function baselineOf(data: unknown): Baseline | undefined {
  if (!isMapOf(data, BASELINE_KEYS) || data.baseline !== 1 || !isText(data.policy)) return undefined;
  const findings = listOf(data.findings, entryOf);
  if (findings === undefined || new Set(findings.map(({ id }) => id)).size < findings.length)
    return undefined;
  return { policy: data.policy, findings };
}

function entryOf(data: unknown): BaselineEntry | undefined {
  if (!isMapOf(data, ENTRY_KEYS)) return undefined;
  const { id, rule, what, reason, owner, expires } = data;
  const severity = SEVERITIES.find((name) => name === data.severity);
  if (data.severity !== severity) return undefined;
  const drivers = listOf(data.drivers, (driver) => (isText(driver) ? driver : undefined));
  if (drivers === undefined || !isText(id) || !isText(rule) || !Object.hasOwn(RULES, rule)) return undefined;
  if (!isText(what) || !isText(reason) || !isMissingOrText(owner)) return undefined;
  if (expires !== undefined && !(isText(expires) && isDay(expires))) return undefined;
  return { id, rule, severity, drivers, what, reason, owner, expires };
}

/** Whether an entry covers a finding of this severity: one written for a note does not cover an error. */
export function coversSeverity({ severity = "error" }: BaselineEntry, found: Severity): boolean {
  return !isWorse({ severity: found }, { severity });
}

/** Whether this is a day of the calendar, as YYYY-MM-DD. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

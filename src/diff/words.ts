import { countBySeverity } from "../analysis/report.js";
import type { Finding } from "../checks/finding.js";
import { SEVERITIES } from "../checks/rules.js";
import { plural } from "../report/summary.js";
import { oneLine } from "../report/wrap.js";
import type { DiffReport } from "./report.js";

/** `2 errors, 1 note`; `nothing` where there is none. */
export function countsOf(findings: readonly Finding[]): string {
  const counts = countBySeverity(findings);
  const words = SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) =>
    plural(counts[severity], severity),
  );
  return words.length === 0 ? "nothing" : words.join(", ");
}

/** One line: what the one does to the other. */
export function summaryOf({ base, head, introduced, fixed, unchanged }: DiffReport): string {
  return `${base} -> ${head}: introduces ${countsOf(introduced)}; fixes ${countsOf(fixed)}; ${countsOf(unchanged)} unchanged`;
}

/** One line: which drivers the policies change, where they change any. */
export function overlaysOf({ sides }: DiffReport): string | undefined {
  const changed = [sides.base, sides.head].flatMap(({ name, overlays = [] }) =>
    overlays.length === 0 ? [] : [`under ${name}: ${overlays.join(", ")}`],
  );
  return changed.length === 0 ? undefined : `Drivers changed by overlays ${changed.join("; ")}`;
}

/** The findings of one driver and op, or of several together, as their messages begin: `sw_sync: set_deadline`. */
export interface Group {
  readonly who: string;
  readonly findings: readonly Finding[];
}

/** By driver and op, in the order of their names. */
export function byDriverAndOp(findings: readonly Finding[]): Group[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const who = whose(finding);
    const group = groups.get(who);
    if (group === undefined) groups.set(who, [finding]);
    else group.push(finding);
  }
  return [...groups]
    .map(([who, found]) => ({ who, findings: found }))
    .sort((a, b) => (a.who < b.who ? -1 : a.who > b.who ? 1 : 0));
}

export function whose({ drivers, ops }: Finding): string {
  const who = drivers.length > 0 ? drivers.join(", ") : "the framework";
  return ops.length > 0 ? `${who}: ${ops.join(", ")}` : who;
}

/** The message without the driver and op that its group is headed with. */
export function messageWithin(finding: Finding): string {
  const prefix = `${whose(finding)}: `;
  const { message } = finding;
  return oneLine(message.startsWith(prefix) ? message.slice(prefix.length) : message);
}

/** Why the lists may not be the whole truth: one of the two reports is bounded. */
export function leftOutOf({ sides }: DiffReport): string | undefined {
  const bounded = [sides.base, sides.head].filter(({ leftOut }) => (leftOut?.components ?? 0) > 0);
  if (bounded.length === 0) return undefined;
  const names = [...new Set(bounded.map(({ name }) => name))].join(" and ");
  return `not all cycles are listed for ${names}: what lies beyond the bound can look introduced or fixed`;
}

import type { Report } from "../analysis/report.js";
import { policyLabel } from "./names.js";
import { PLAIN, type Style } from "./style.js";

/** `1 lock class`, `2 lock classes`. */
export function plural(count: number, word: string, many = `${word}s`): string {
  return `${count} ${count === 1 ? word : many}`;
}

/** `2 errors, 0 warnings, 1 note, 3 known`. */
export function counts({ summary }: Report, style: Style = PLAIN): string {
  return [
    summary.error > 0 ? style.error(plural(summary.error, "error")) : style.good("0 errors"),
    plural(summary.warning, "warning"),
    plural(summary.note, "note"),
    ...(summary.known === undefined ? [] : [`${summary.known} known`]),
    ...(summary.ignored === undefined ? [] : [`${summary.ignored} ignored`]),
  ].join(", ");
}

/** `33 drivers, 42 fences, 250 lock classes, 8605 dependencies`. */
export function size({ summary }: Report): string {
  return [
    plural(summary.drivers, "driver"),
    plural(summary.fences, "fence"),
    plural(summary.lockClasses, "lock class", "lock classes"),
    plural(summary.dependencies, "dependency", "dependencies"),
  ].join(", ");
}

/** One line: how many of what, under which policy; and one more each for overlays, and where the report is bounded. */
export function summaryLine(report: Report, style: Style = PLAIN): string {
  const line = `${policyLabel(report)}: ${counts(report, style)} (${size(report)})`;
  return [line, overlays(report), leftOut(report)].filter((words) => words !== undefined).join("\n");
}

/** Whose manifests are not as they were given, if the policy changes any. */
export function overlays({ policy }: Report): string | undefined {
  if (policy.overlays === undefined) return undefined;
  return `changed by the policy's overlays: ${policy.overlays.join(", ")}`;
}

/** What a bounded report leaves out, if it does. */
export function leftOut({ leftOut: missing }: Report): string | undefined {
  if (missing === undefined || missing.components === 0) return undefined;
  const where = plural(missing.components, "component");
  return `not all cycles are listed: ${where} with ${missing.locks} locks ${missing.components === 1 ? "has" : "have"} too many; shown are the shortest through each dependency${missing.dependencies === 0 ? "" : `, without those of ${missing.dependencies} more dependencies`}`;
}

/** `a, b and 3 more`. */
export function some(words: readonly string[], most: number): string {
  if (words.length <= most) return words.join(", ");
  return `${words.slice(0, most).join(", ")} and ${words.length - most} more`;
}

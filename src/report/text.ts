import type { Report } from "../analysis/report.js";
import type { ChainLink, Finding, FindingDependency } from "../checks/finding.js";
import { RULES } from "../checks/rules.js";
import { drawSchedule } from "./schedule.js";
import { PLAIN, type Style } from "./style.js";

/** The report for a terminal: each finding with what holds, what takes, the CPUs' table and what would mend it. */
export function text(report: Report, style: Style = PLAIN): string {
  const blocks = report.findings.map((finding) => describe(finding, style));
  return [...blocks, summaryLine(report, style)].join("\n\n").concat("\n");
}

function describe(finding: Finding, style: Style): string {
  const mark = style[finding.severity];
  const lines = [
    `${mark(`${finding.severity}[${finding.rule}]`)} ${style.title(finding.message)}`,
    style.dim(
      `  ${[finding.certainty, subject(finding), finding.id].filter((part) => part !== "").join(" | ")}`,
    ),
  ];
  const asLock = finding.dependencies.some((dependency) => dependency.from !== dependency.to);
  for (const dependency of finding.dependencies) lines.push("", ...evidence(dependency, asLock, style));
  if (finding.when.length > 0) lines.push("", ...finding.when.map((when) => `  only when: ${when}`));
  if (finding.schedule.length > 0) {
    lines.push("", ...drawSchedule(finding.schedule, "       "));
    if (finding.severity === "error" && finding.certainty !== "guarded")
      lines.push("", `   ${style.error(verdict(finding))}`);
  }
  lines.push("", `  ${style.good("mend:")} ${finding.help}`);
  if (finding.alsoFrom !== undefined) lines.push(`  ${style.dim(`also from: ${some(finding.alsoFrom, 6)}`)}`);
  return lines.join("\n");
}

function verdict(finding: Finding): string {
  return finding.rule === "wait-context" ? `*** ${RULES[finding.rule].lockdep} ***` : "*** DEADLOCK ***";
}

function subject({ fences, ops }: Finding): string {
  const parts = [];
  if (fences.length > 0) parts.push(`${fences.length === 1 ? "fence" : "fences"} ${some(fences, 4)}`);
  if (ops.length > 0) parts.push(`op ${ops.join(", ")}`);
  return parts.join(", ");
}

function evidence(
  { from, to, kind, held, evidence: { entry, context, chain } }: FindingDependency,
  named: boolean,
  style: Style,
): string[] {
  const head = named ? `${style.lock(from)} -${kind}-> ${style.lock(to)}, ` : "";
  const width = Math.max(...chain.map((link) => link.function.length + 2));
  const lines = chain.map((link, i) => {
    const role = i === held ? "holds" : i === chain.length - 1 ? "takes" : "";
    return `    ${role.padEnd(6)}${`${link.function}()`.padEnd(width)}  ${link.action.padEnd(24)}  ${style.dim(place(link))}`;
  });
  return [`  ${head}from ${entry}() in ${context} context:`, ...lines];
}

/** The kernel line where the input tells it, and always the line of the input itself. */
function place({ at, manifest }: ChainLink): string {
  const own = manifest.line > 0 ? `${manifest.file}:${manifest.line}` : "";
  return [at, own].filter((part) => part !== undefined && part !== "").join("  ");
}

function some(words: readonly string[], most: number): string {
  if (words.length <= most) return words.join(", ");
  return `${words.slice(0, most).join(", ")} and ${words.length - most} more`;
}

/** One line: how many of what, under which policy. */
export function summaryLine(report: Report, style: Style = PLAIN): string {
  const { summary, policy, leftOut } = report;
  const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
  const counts = [
    summary.error > 0 ? style.error(plural(summary.error, "error")) : style.good("0 errors"),
    plural(summary.warning, "warning"),
    plural(summary.note, "note"),
  ].join(", ");
  const size = `${plural(summary.drivers, "driver")}, ${plural(summary.fences, "fence")}, ${plural(summary.lockClasses, "lock class").replace("classs", "classes")}, ${summary.dependencies} dependencies`;
  const lines = [`${policy.name}: ${counts} (${size})`];
  if (leftOut !== undefined && leftOut.components > 0) {
    lines.push(
      `not all cycles are listed: ${leftOut.components} component(s) with ${leftOut.locks} locks have too many; shown are the shortest through each dependency, without those of ${leftOut.dependencies} more dependencies`,
    );
  }
  return lines.join("\n");
}

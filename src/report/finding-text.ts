import type { Report } from "../analysis/report.js";
import type { Finding, Known } from "../checks/finding.js";
import { RULES } from "../checks/rules.js";
import { evidenceLines } from "./evidence.js";
import { type Folded, isBrief } from "./fold.js";
import { knownText } from "./known.js";
import { mendLines } from "./mends.js";
import { lockdepName } from "./names.js";
import { drawSchedule, wholeSchedule } from "./schedule.js";
import type { Style } from "./style.js";
import { plural, some } from "./summary.js";
import { oneLine, wrap } from "./wrap.js";

const WIDTH = 110;

/**
 * One finding for people: what it is, what holds and what takes, the CPUs' table, and what would mend it. A note is
 * told in brief: it asks for no action.
 */
export function findingText({ finding, others }: Folded, report: Report, style: Style): string {
  if (finding.known !== undefined) return knownFinding(finding, finding.known, style);
  const title = `${style[finding.severity](`${finding.severity}[${finding.rule}]`)} ${style.title(oneLine(finding.message))}`;
  const more =
    others.length === 0
      ? []
      : wrap(others.join(", "), WIDTH, `  and ${plural(others.length, "more fence")}: `, "    ").map(
          style.dim,
        );
  if (isBrief(finding)) return [title, style.dim(`  ${about(finding, report)}`), ...more].join("\n");
  const brief = finding.severity === "note";
  const lines = [title, style.dim(`  ${about(finding, report)}`), ...evidenceLines(finding, style, brief)];
  if (finding.when.length > 0) lines.push("", ...finding.when.map((when) => `  only when: ${oneLine(when)}`));
  if (finding.schedule.length > 0 && !brief) {
    lines.push("", ...drawSchedule(wholeSchedule(finding), "       "));
    lines.push("", `   ${style.error(verdict(finding))}`);
  }
  lines.push("", `  ${style.good("mend:")} ${oneLine(finding.help)}`, ...mendLines(finding, style));
  if (finding.alsoFrom !== undefined)
    lines.push(
      style.dim(
        `  also from: ${some(
          finding.alsoFrom.map((entry) => oneLine(`${entry}()`)),
          6,
        )}`,
      ),
    );
  return [...lines, ...more].join("\n");
}

/** What stands in the baseline is told, not explained again. */
function knownFinding({ rule, message, id }: Finding, known: Known, style: Style): string {
  return style.dim(`known[${rule}] ${oneLine(message)}\n  ${oneLine(knownText(known))} | ${id}`);
}

/** What the last line of the table says: lockdep's own words. */
export function verdict({ rule, severity, certainty, gate }: Finding): string {
  if (certainty === "guarded") return `*** guarded by ${oneLine(gate ?? "a common lock")} ***`;
  if (severity === "note") return "*** a note: no deadlock by itself ***";
  return rule === "wait-context" ? `*** ${RULES[rule].lockdep} ***` : "*** DEADLOCK ***";
}

function about({ certainty, fences, ops, locks, id }: Finding, report: Report): string {
  const subject = [
    fences.length > 0 ? `${fences.length === 1 ? "fence" : "fences"} ${some(fences, 4)}` : "",
    ops.length > 0 ? `${ops.length === 1 ? "op" : "ops"} ${ops.join(", ")}` : "",
  ];
  const renamed = locks.map((lock) => lockdepName(report, lock)).filter((name) => !locks.includes(name));
  const parts = [
    certainty,
    subject.filter((part) => part !== "").join(", "),
    renamed.length > 0 ? `lockdep: ${[...new Set(renamed)].join(", ")}` : "",
    id,
  ];
  return oneLine(parts.filter((part) => part !== "").join(" | "));
}

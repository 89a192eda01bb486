import type { Report } from "../analysis/report.js";
import { findingText } from "./finding-text.js";
import { type Folded, fold } from "./fold.js";
import { codeBlock, codeSpan, html } from "./markup.js";
import { policyLabel } from "./names.js";
import { faultLink, placeOf } from "./places.js";
import { PLAIN } from "./style.js";
import { counts, leftOut, plural, size } from "./summary.js";

/** GitHub drops a job summary of more than 1 MiB whole: characters, of which few are longer than a byte. */
const ROOM = 900_000;

/** For a job summary or a comment: the counts, a table of the findings, and each one's evidence folded away. */
export function markdown(report: Report): string {
  const folded = fold(report.findings);
  const rows = within(ROOM / 3, folded.map(row));
  const explained = folded.filter(({ finding }) => finding.known === undefined);
  const blocks = explained.map((block) => details(block, report));
  const shown = within(ROOM - rows.join("\n").length, blocks);
  const parts = [
    `### fence-lockcheck: ${counts(report)}`,
    `${size(report)}, under ${codeSpan(policyLabel(report))}${title(report)}`,
    leftOut(report) ?? "",
    rows.length === 0 ? "" : [...TABLE, ...rows].join("\n"),
    ...shown,
    tooMany(folded.length - rows.length, "is not in the table", "are not in the table"),
    tooMany(blocks.length - shown.length, "is not shown in full", "are not shown in full"),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const TABLE = ["| | rule | driver | op | lock | where |", "| --- | --- | --- | --- | --- | --- |"];

function title({ policy }: Report): string {
  return policy.title === undefined ? "" : ` (${html(policy.title)})`;
}

function row({ finding, others }: Folded): string {
  const { rule, severity, drivers, ops, locks, known } = finding;
  const fault = faultLink(finding);
  const spans = (words: readonly string[]) => words.map(codeSpan).join(", ");
  const cells = [
    known === undefined ? severity : "known",
    codeSpan(rule),
    others.length > 0 ? `${spans(drivers)} and ${plural(others.length, "more fence")}` : spans(drivers),
    spans(ops),
    spans(locks),
    fault === undefined ? "" : codeSpan(placeOf(fault)),
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function details(folded: Folded, report: Report): string {
  const { severity, rule, message } = folded.finding;
  return [
    `<details><summary><b>${severity}[${rule}]</b> ${html(message)}</summary>`,
    "",
    codeBlock(findingText(folded, report, PLAIN)),
    "",
    "</details>",
  ].join("\n");
}

/** As many of these as have room, from the first on. */
function within(room: number, parts: readonly string[]): string[] {
  let used = 0;
  const fitting: string[] = [];
  for (const part of parts) {
    used += part.length + 2;
    if (used > room) break;
    fitting.push(part);
  }
  return fitting;
}

function tooMany(count: number, one: string, many: string): string {
  return count === 0
    ? ""
    : `${plural(count, "more finding")} ${count === 1 ? one : many}: a summary has room for no more.`;
}

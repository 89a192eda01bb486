import type { Finding } from "../checks/finding.js";
import { faultLink, placeOf } from "../report/places.js";
import { PLAIN, type Style } from "../report/style.js";
import { wrap } from "../report/wrap.js";
import type { DiffReport } from "./report.js";
import { byDriverAndOp, countsOf, leftOutOf, messageWithin, overlaysOf, summaryOf } from "./words.js";

const WIDTH = 110;

/** The comparison for a terminal: what changes, then introduced, fixed and unchanged findings by driver and op. */
export function text(diff: DiffReport, style: Style = PLAIN): string {
  const { base, head, changes, introduced, fixed, unchanged } = diff;
  const blocks = [
    [style.title(`${base} -> ${head}`)],
    section(
      "What changes:",
      changes.map(({ words }) => `  ${words}`),
    ),
    section(style.error("Introduced:"), listed(introduced, style)),
    section(style.good("Fixed:"), listed(fixed, style)),
    section(
      style.dim("Unchanged:"),
      byDriverAndOp(unchanged).map(({ who, findings }) => style.dim(`  ${who}: ${countsOf(findings)}`)),
    ),
    [summaryOf(diff), overlaysOf(diff) ?? "", leftOutOf(diff) ?? ""],
  ];
  return `${blocks
    .map((lines) => lines.filter((line) => line !== "").join("\n"))
    .filter((block) => block !== "")
    .join("\n\n")}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function listed(findings: readonly Finding[], style: Style): string[] {
  return byDriverAndOp(findings).flatMap((group) => [
    `  ${style.title(group.who)}`,
    ...group.findings.flatMap((finding) => described(finding, style)),
  ]);
}

function described(finding: Finding, style: Style): string[] {
  const { severity, rule, certainty, id } = finding;
  const link = faultLink(finding);
  const where = link === undefined ? [] : [`${link.function}() at ${placeOf(link)}`];
  return [
    `    ${style[severity](`${severity}[${rule}]`)}`,
    ...wrap(messageWithin(finding), WIDTH, "      "),
    style.dim(`      ${[certainty, ...where, id].join(" | ")}`),
  ];
}

import type { Finding } from "../checks/finding.js";
import { faultLink, placeOf } from "../report/places.js";
import { oneLine } from "../report/wrap.js";
import type { DiffReport } from "./report.js";
import { byDriverAndOp, countsOf, leftOutOf, messageWithin, overlaysOf } from "./words.js";

/** The comparison for a merge request: tables by driver and op, the unchanged findings folded away. */
export function markdown(diff: DiffReport): string {
  const { base, head, changes, introduced, fixed, unchanged } = diff;
  const blocks = [
    `### ${plain(base)} → ${plain(head)}`,
    `Introduces **${countsOf(introduced)}**, fixes **${countsOf(fixed)}**, leaves ${countsOf(unchanged)} unchanged.`,
    changes.length === 0
      ? ""
      : ["**What changes**", "", ...changes.map(({ words }) => `- ${plain(words)}`)].join("\n"),
    table("Introduced", introduced),
    table("Fixed", fixed),
    counted(unchanged),
    plain(overlaysOf(diff) ?? ""),
    plain(leftOutOf(diff) ?? ""),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function table(title: string, findings: readonly Finding[]): string {
  if (findings.length === 0) return "";
  const rows = byDriverAndOp(findings).flatMap((group) =>
    group.findings.map((finding) => {
      const { severity, rule, drivers, ops, id } = finding;
      const link = faultLink(finding);
      const cells = [
        `${severity}: ${rule}`,
        plain(drivers.join(", ")),
        plain(ops.join(", ")),
        plain(messageWithin(finding)),
        link === undefined ? "" : plain(placeOf(link)),
        plain(id),
      ];
      return `| ${cells.join(" | ")} |`;
    }),
  );
  return [
    `**${title}**`,
    "",
    "| rule | driver | op | what | where | id |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function counted(findings: readonly Finding[]): string {
  if (findings.length === 0) return "";
  const lines = byDriverAndOp(findings).map(({ who, findings: own }) => `- ${plain(who)}: ${countsOf(own)}`);
  return ["<details><summary>Unchanged</summary>", "", ...lines, "", "</details>"].join("\n");
}

/** Names as they are: none of their signs marks up, ends a cell or opens a tag. */
function plain(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]<>|~&#]/g, (sign) => `\\${sign}`);
}

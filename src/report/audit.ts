import type { Audit, AuditRow } from "../audit/audit.js";
import { PLAIN, type Style } from "./style.js";
import { plural } from "./summary.js";

/** A format of an audit is a pure function of it. */
export type AuditFormat = (audit: Audit, style: Style) => string;

export const AUDIT_FORMATS = {
  text: auditText,
  markdown: auditMarkdown,
  json: (audit) => `${JSON.stringify(audit, null, 2)}\n`,
} as const satisfies Record<string, AuditFormat>;

/** A table for the terminal: a line for each op, then what is at fault where it is not ok. */
function auditText(audit: Audit, style: Style = PLAIN): string {
  const head = ["fence", "op", "verdict", "return", "data", "at"];
  const rows = audit.rows.map((row) => [
    row.fence,
    row.op,
    row.verdict,
    brief(row.questions.returns, "protected"),
    brief(row.questions.data, "kept"),
    row.at ?? "",
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((cells) => cells[i].length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i]))
      .join("  ")
      .trimEnd();
  const lines = rows.map((cells, i) => {
    const text = line(cells);
    return audit.rows[i].verdict === "ok" ? text : style.error(text);
  });
  const faults = audit.rows
    .filter(({ verdict }) => verdict !== "ok")
    .map((row) => `${style.title(`${row.fence} ${row.op}: ${row.verdict}`)}\n    ${row.why}`);
  return [
    `What if the framework called each op with ${audit.hold} held (policy ${audit.policy})?`,
    "",
    style.dim(line(head)),
    ...lines,
    "",
    "return: is what it returns protected while its caller uses it? data: is what it uses kept for a grace period, for",
    "where it runs without the lock? no: it is freed sooner, or nobody knows how (--format json names the object)",
    "",
    ...faults,
    ...(faults.length > 0 ? [""] : []),
    totals(audit),
    "",
  ].join("\n");
}

function auditMarkdown(audit: Audit): string {
  const rows = audit.rows.map(
    (row) =>
      `| ${row.fence} | \`${row.op}\` | ${mark(row)} | ${brief(row.questions.returns, "protected")} | ${brief(row.questions.data, "kept")} | ${row.verdict === "ok" ? "" : cell(row.why)} |`,
  );
  return [
    `Each op called with \`${audit.hold}\` held, under policy \`${audit.policy}\`: ${totals(audit)}.`,
    "",
    "| fence | op | 1: deadlock? | 2: return protected? | 3: data kept? | at fault |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

function mark({ verdict }: AuditRow): string {
  return verdict === "ok" ? "ok" : `**${verdict}**`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function brief(answer: string, good: string): string {
  return answer === good ? "ok" : "no";
}

function totals({ rows }: Audit): string {
  const bad = rows.filter(({ verdict }) => verdict !== "ok").length;
  return `${plural(rows.length, "op")}, ${rows.length - bad} ok, ${bad} not`;
}

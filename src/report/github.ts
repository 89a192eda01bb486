import type { Report } from "../analysis/report.js";
import type { Finding } from "../checks/finding.js";
import type { Severity } from "../checks/rules.js";
import { faultLink, inputPosition } from "./places.js";
import { withoutControls } from "./wrap.js";

const COMMAND: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", note: "notice" };

/**
 * Workflow commands that GitHub turns into annotations: `::error file=..,line=..,title=..::message`. They stand at the
 * manifest's line; the kernel's is in the message. What the baseline knows is not annotated again.
 */
export function github(report: Report): string {
  return report.findings
    .filter(({ known }) => known === undefined)
    .map((finding) => `${annotation(finding, report)}\n`)
    .join("");
}

function annotation(finding: Finding, report: Report): string {
  const { rule, severity, drivers, ops, message, help } = finding;
  const { file, line, column } = inputPosition(report, finding);
  const about = [drivers.join(", "), ops.join(", ")].filter((part) => part !== "").join(": ");
  const properties = [
    ["file", file],
    ["line", String(line)],
    ["col", String(column)],
    ["title", about === "" ? rule : `${rule}: ${about}`],
  ];
  const at = faultLink(finding)?.at;
  const text = [message, at === undefined ? "" : `at ${at}`, `mend: ${help}`].filter((part) => part !== "");
  const list = properties.map(([name, value]) => `${name}=${escapeProperty(value)}`).join(",");
  return `::${COMMAND[severity]} ${list}::${escapeData(text.join("\n"))}`;
}

/**
 * As actions/toolkit does it (packages/core/src/command.ts): the runner reads line by line and undoes these. What would
 * steer the terminal of who reads the log is a space.
 */
function escapeData(text: string): string {
  return withoutControls(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

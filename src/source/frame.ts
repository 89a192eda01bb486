import type { Position } from "./position.js";

/**
 * The line at `position` with its neighbours and a caret below the column.
 * Tabs are shown as one space so that the caret stands where it points.
 */
export function codeFrame(text: string, { line, column }: Position, around = 1): string {
  const lines = text.split("\n");
  const first = Math.max(1, line - around);
  const last = Math.min(lines.length, line + around);
  const width = String(last).length;
  const out: string[] = [];
  for (let n = first; n <= last; n++) {
    const content = (lines[n - 1] ?? "").replace(/\r$/, "").replaceAll("\t", " ");
    out.push(`${n === line ? ">" : " "} ${String(n).padStart(width)} | ${content}`.trimEnd());
    if (n === line) out.push(`  ${" ".repeat(width)} | ${" ".repeat(Math.max(0, column - 1))}^`);
  }
  return out.join("\n");
}

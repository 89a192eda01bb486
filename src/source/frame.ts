import type { Position } from "./position.js";

/** So wide is what is shown of a line. */
const WIDTH = 120;

/**
 * The line at `position` with its neighbours and a caret below the column; of long lines the part around the caret.
 * Tabs are shown as one space so that the caret stands where it points.
 */
export function codeFrame(text: string, { line, column }: Position, around = 1): string {
  const lines = text.split("\n");
  const first = Math.max(1, line - around);
  const last = Math.min(lines.length, line + around);
  const width = String(last).length;
  const start = column <= WIDTH ? 0 : column - 1 - WIDTH / 2;
  const cut = (content: string) => {
    const part = content.slice(start, start + WIDTH);
    const before = start > 0 && content.length > 0 ? "..." : "";
    return `${before}${part}${content.length > start + WIDTH ? "..." : ""}`;
  };
  const out: string[] = [];
  for (let n = first; n <= last; n++) {
    const content = (lines[n - 1] ?? "").replace(/\r$/, "").replaceAll("\t", " ");
    out.push(`${n === line ? ">" : " "} ${String(n).padStart(width)} | ${cut(content)}`.trimEnd());
    const indent = Math.max(0, column - 1 - start) + (start > 0 ? "...".length : 0);
    if (n === line) out.push(`  ${" ".repeat(width)} | ${" ".repeat(indent)}^`);
  }
  return out.join("\n");
}

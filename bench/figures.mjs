/** The one in the middle; of an even number of them, the higher of the two. */
export function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
}

/** Milliseconds for a reader. */
export function time(milliseconds) {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 10_000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** A table in Markdown, aligned: the first column to the left, figures to the right. */
export function table(head, rows) {
  const filled = [head, ...rows].map((row) => head.map((_, i) => row[i] ?? ""));
  const widths = head.map((_, i) => Math.max(...filled.map((row) => row[i].length), 3));
  const lines = filled.map((row) => line(row.map((cell, i) => pad(cell, widths[i], i))));
  const rule = line(widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)));
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}

function pad(cell, width, column) {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

function line(cells) {
  return `| ${cells.join(" | ")} |`;
}

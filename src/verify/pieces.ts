/** A part of a text, by offset and by row, as tree-sitter wants it. */
export interface Piece {
  readonly startIndex: number;
  readonly endIndex: number;
  readonly startPosition: { readonly row: number; readonly column: number };
  readonly endPosition: { readonly row: number; readonly column: number };
}

/**
 * The lines around this one up to where a top-level item ends. The kernel's style ends functions, structs and
 * initializers with a brace in the first column, and a trace event's macro with a parenthesis there; where it does
 * not, the piece is larger than it need be.
 */
export function pieceAround(lines: readonly string[], line: number): Piece {
  const ends = (row: number): boolean => /^[})]/.test(lines[row] ?? "");
  let start = Math.min(line, lines.length) - 1;
  while (start > 0 && !ends(start - 1)) start--;
  let end = Math.max(start, line - 1);
  while (end < lines.length - 1 && !ends(end)) end++;
  const offset = (rows: number): number =>
    lines.slice(0, rows).reduce((sum, text) => sum + text.length + 1, 0);
  return {
    startIndex: offset(start),
    endIndex: offset(end + 1) - (end === lines.length - 1 ? 1 : 0),
    startPosition: { row: start, column: 0 },
    endPosition: { row: end + 1, column: 0 },
  };
}

import { compare } from "./compare.js";
import type { FilePosition } from "./position.js";

/** One thing wrong with the input: what is wrong, what was meant, and the lines around it. */
export interface Diagnostic extends FilePosition {
  readonly message: string;
  /** What the user probably meant, without question mark. */
  readonly suggestion?: string;
  /** The source lines with a caret, ready to print. */
  readonly frame?: string;
}

/** What the user can mend. Everything else that is thrown is a bug of ours. */
export class InputError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join("\n"));
    this.name = "InputError";
    this.diagnostics = diagnostics;
  }
}

/** A result that cannot be written where the user wants it: the input was fine. */
export class OutputError extends InputError {}

/** `file:line:col: error: what is wrong (did you mean X?)`; the code frame is the caller's to print. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, message, suggestion } = diagnostic;
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  const hint = suggestion === undefined ? "" : ` (did you mean ${suggestion}?)`;
  return `${place}: error: ${message}${hint}`;
}

/** In the order in which a reader meets them, each once: by file, then line, then column. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const order = (a: Diagnostic, b: Diagnostic) =>
    compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.message, b.message);
  const sorted = [...diagnostics].sort(order);
  return sorted.filter((one, i) => i === 0 || order(sorted[i - 1], one) !== 0);
}

import { type Diagnostic, InputError, sortDiagnostics } from "../source/input-error.js";
import type { FilePosition } from "../source/position.js";
import { suggest } from "../source/suggest.js";

/** Collects what does not link, so that everything wrong is told at once. */
export class Problems {
  readonly #diagnostics: Diagnostic[] = [];

  add(pos: FilePosition, message: string, suggestion?: string): void {
    this.#diagnostics.push({ file: pos.file, line: pos.line, column: pos.column, message, suggestion });
  }

  /** `unknown KIND "name"`, with the nearest of the names that would have done. */
  unknown(pos: FilePosition, kind: string, name: string, candidates: Iterable<string>): void {
    this.add(pos, `unknown ${kind} "${name}"`, suggest(name, candidates));
  }

  /** @throws {InputError} if anything was added */
  throwIfAny(): void {
    if (this.#diagnostics.length > 0) throw new InputError(sortDiagnostics(this.#diagnostics));
  }
}

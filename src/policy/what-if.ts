import { OPS } from "../manifest/words.js";
import { InputError, sortDiagnostics } from "../source/input-error.js";
import type { FilePosition } from "../source/position.js";
import { suggest } from "../source/suggest.js";
import type { WhatIf } from "./model.js";

/**
 * Refuses what-ifs about ops that do not exist: a hold on a misspelt op would find nothing and pass for clean.
 * @param pos where to place the message of one that stands in no file
 * @throws {InputError}
 */
export function unknownOps(entries: readonly WhatIf[], pos: FilePosition): void {
  const strangers = entries.filter(({ op }) => !(OPS as readonly string[]).includes(op));
  if (strangers.length === 0) return;
  const diagnostics = strangers.map(({ op, pos: own }) => ({
    ...(own ?? pos),
    message: `unknown op "${op}"`,
    suggestion: suggest(op, OPS),
  }));
  throw new InputError(sortDiagnostics(diagnostics));
}

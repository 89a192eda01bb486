import { renameSync, writeFileSync } from "node:fs";
import { InputError } from "../source/input-error.js";

/** Writes a file whole or not at all: a reader never sees half of it. */
export function writeAtomically(file: string, text: string): void {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError([{ file, line: 0, column: 0, message: `cannot write it: ${reason}` }]);
  }
}

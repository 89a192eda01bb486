import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { OutputError } from "../source/input-error.js";

/**
 * Writes a file whole or not at all: a reader never sees half of it. A link stays one, and what it leads to is written;
 * a device or a pipe is written to as it is.
 * @throws {OutputError} where it cannot be written
 */
export function writeAtomically(file: string, text: string): void {
  let draft: string | undefined;
  try {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there !== undefined && !there.isFile()) {
      writeFileSync(file, text);
      return;
    }
    const target = there === undefined ? file : realpathSync(file);
    draft = `${target}.${process.pid}.tmp`;
    writeFileSync(draft, text);
    renameSync(draft, target);
  } catch (error) {
    if (draft !== undefined) rmSync(draft, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === undefined ? message : message.replace(/, .*/, "");
    throw new OutputError([{ file, line: 0, column: 0, message: `cannot write it: ${reason}` }]);
  }
}

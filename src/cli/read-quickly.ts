import { readFileSync } from "node:fs";
import { InputError } from "../source/input-error.js";
import { shown } from "./paths.js";

/**
 * Reads a small data file. A valid `.json` is read without loading the YAML parser and the schemas, which take longer
 * than a whole analysis; they are loaded for YAML, and to say what is wrong with a JSON that `quick` turns down.
 * @throws {InputError} where the file cannot be read, or is invalid
 */
export async function readQuickly<T>(
  file: string,
  quick: (text: string) => T | undefined,
  careful: () => Promise<(text: string, name: string) => T>,
): Promise<T> {
  const name = shown(file);
  const text = readText(file, name);
  return (file.endsWith(".json") ? quick(text) : undefined) ?? (await careful())(text, name);
}

function readText(file: string, name: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const reason =
      error instanceof Error && "code" in error && error.code === "ENOENT" ? "no such file" : String(error);
    throw new InputError([{ file: name, line: 0, column: 0, message: reason }]);
  }
}

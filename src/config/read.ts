import { parseText } from "../source/document.js";
import { InputError, sortDiagnostics } from "../source/input-error.js";
import { validate } from "../source/validate.js";
import { type Config, configOf, NO_CONFIG } from "./config.js";
import { configSchema } from "./schema.js";

/**
 * Reads a configuration file, YAML or JSON; an empty one sets nothing.
 * @throws {InputError} with everything that is wrong with it, each with its position
 */
export function parseConfig(text: string, name: string): Config {
  const { documents, diagnostics } = parseText(text, name);
  const found = [
    ...diagnostics,
    ...documents.flatMap((document) => validate(configSchema, document, name, text)),
  ];
  const [document, second] = documents;
  if (second !== undefined)
    found.push({ file: name, line: 1, column: 1, message: "one document is expected" });
  if (found.length > 0) throw new InputError(sortDiagnostics(found));
  if (document === undefined) return NO_CONFIG;
  const config = configOf(document.data);
  if (config === undefined) throw new Error(`${name}: valid by its schema, and yet not a configuration`);
  return config;
}

import { parseText } from "../source/document.js";
import { InputError, sortDiagnostics } from "../source/input-error.js";
import { validate } from "../source/validate.js";
import { type Baseline, baselineOf } from "./baseline.js";
import { baselineSchema } from "./schema.js";

/**
 * Reads a baseline, YAML or JSON.
 * @throws {InputError} with everything that is wrong with it, each with its position
 */
export function parseBaseline(text: string, name: string): Baseline {
  const { documents, diagnostics } = parseText(text, name);
  const found = [
    ...diagnostics,
    ...documents.flatMap((document) => validate(baselineSchema, document, name, text)),
  ];
  const [document, second] = documents;
  if (found.length === 0 && (document === undefined || second !== undefined)) {
    const message = document === undefined ? "no baseline in this file" : "one document is expected";
    found.push({ file: name, line: 1, column: 1, message });
  }
  if (found.length > 0) throw new InputError(sortDiagnostics(found));
  const baseline = baselineOf(document.data);
  if (baseline === undefined) throw new Error(`${name}: valid by its schema, and yet not a baseline`);
  return baseline;
}

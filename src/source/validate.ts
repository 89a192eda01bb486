import type { z } from "zod";
import type { Data, SourceDocument } from "./document.js";
import { codeFrame } from "./frame.js";
import type { Diagnostic } from "./input-error.js";
import { suggest } from "./suggest.js";

type Issue = z.core.$ZodIssue;

/**
 * Everything in which a document departs from its schema, each with its place in the text.
 * @param schema the zod schema of the whole document
 * @param text the file's text, for the code frames
 */
export function validate(
  schema: z.ZodType,
  document: SourceDocument,
  file: string,
  text: string,
): Diagnostic[] {
  const result = schema.safeParse(document.data, { error: describe });
  if (result.success) return [];
  const diagnostics: Diagnostic[] = [];
  const report = (
    path: readonly PropertyKey[],
    of: "key" | "value",
    message: string,
    suggestion?: string,
  ) => {
    const at = document.positions.path(path, of);
    diagnostics.push({ file, ...at, message, suggestion, frame: codeFrame(text, at) });
  };
  const visit = (issue: Issue, base: readonly PropertyKey[]): void => {
    const path = [...base, ...issue.path];
    switch (issue.code) {
      case "unrecognized_keys": {
        const known = knownKeys(issue.message);
        for (const key of issue.keys)
          report([...path, key], "key", `unknown key "${key}"`, suggest(key, known));
        return;
      }
      case "invalid_key": {
        const key = String(path.at(-1));
        const values = issue.issues.flatMap((inner) =>
          inner.code === "invalid_value" ? inner.values.map(String) : [],
        );
        const why =
          values.length > 0 ? `one of ${values.join(", ")}` : (issue.issues[0]?.message ?? "another name");
        report(path, "key", `unknown key "${key}": expected ${why}`, suggest(key, values));
        return;
      }
      case "invalid_value": {
        const found = valueAt(document.data, path);
        const values = issue.values.map(String);
        const what = found === undefined ? "missing" : `${JSON.stringify(found)} is not known`;
        report(path, "value", `${what}: expected ${oneOf(values)}`, suggest(String(found), values));
        return;
      }
      case "invalid_union": {
        visitUnion(issue.errors, path);
        return;
      }
      case "invalid_type": {
        const found = valueAt(document.data, path);
        const key = path.at(-1);
        if (found === undefined && typeof key === "string")
          report(path.slice(0, -1), "value", `missing key "${key}"`);
        else report(path, "value", `expected ${issue.expected}, found ${kindOf(found)}`);
        return;
      }
      default:
        report(path, "value", issue.message);
    }
  };
  const visitUnion = (branches: readonly Issue[][], path: readonly PropertyKey[]): void => {
    const scores = branches.map(distance);
    const best = Math.min(...scores);
    const nearest = branches.filter((_, i) => scores[i] === best);
    const wanted = nearest.map(missingKey);
    if (nearest.length > 1 && wanted.every((key) => key !== undefined)) {
      const found = valueAt(document.data, path);
      const keys = typeof found === "object" && found !== null ? Object.keys(found) : [];
      const words = wanted.map(String);
      const stranger = keys.find((key) => suggest(key, words) !== undefined) ?? keys[0];
      const hint = stranger === undefined ? undefined : suggest(stranger, words);
      const where = stranger === undefined ? path : [...path, stranger];
      report(where, "key", `a step needs one of the keys ${words.join(", ")}`, hint);
      return;
    }
    for (const issue of nearest[0] ?? []) visit(issue, path);
  };
  for (const issue of result.error.issues) visit(issue, []);
  return diagnostics;
}

/** Unknown keys carry the known ones in their message, since zod's issue does not name them. */
function describe(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== "unrecognized_keys") return undefined;
  const shape = (issue.inst as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape;
  return JSON.stringify(Object.keys(shape ?? {}));
}

function knownKeys(message: string): string[] {
  const parsed: unknown = JSON.parse(message);
  return Array.isArray(parsed) ? parsed.map(String) : [];
}

/** How far the data is from one branch of a union: a branch of another type is out of the question. */
function distance(issues: readonly Issue[]): number {
  let sum = 0;
  for (const issue of issues) {
    if (issue.path.length === 0 && (issue.code === "invalid_type" || issue.code === "invalid_value"))
      sum += 100;
    else if (issue.code === "unrecognized_keys" && issue.path.length === 0) sum += 2 * issue.keys.length;
    else if (isMissing(issue)) sum += 3;
    else sum += 1;
  }
  return sum;
}

function isMissing(issue: Issue): boolean {
  return (
    issue.path.length === 1 &&
    (issue.code === "invalid_type" || issue.code === "invalid_union") &&
    issue.input === undefined
  );
}

function missingKey(issues: readonly Issue[]): PropertyKey | undefined {
  return issues.find(isMissing)?.path[0];
}

function valueAt(data: Data, path: readonly PropertyKey[]): Data | undefined {
  let here: Data | undefined = data;
  for (const key of path) {
    if (typeof here !== "object" || here === null) return undefined;
    here = (here as { readonly [key: string]: Data })[String(key)];
  }
  return here;
}

function kindOf(value: Data | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "an empty value";
  return Array.isArray(value) ? "a list" : typeof value === "object" ? "a map" : JSON.stringify(value);
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? values[0] : `one of ${values.join(", ")}`;
}

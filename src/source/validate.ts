import type { z } from "zod";
import type { Data, SourceDocument } from "./document.js";
import { expectation } from "./expectation.js";
import { codeFrame } from "./frame.js";
import type { Diagnostic } from "./input-error.js";
import { otherLanguage } from "./language.js";
import { suggest } from "./suggest.js";

/** More than this of a value is not repeated in a message. */
const WIDEST = 60;

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
  const other = otherLanguage(schema, document.data);
  if (other !== undefined) {
    const at = document.positions.path([]);
    return [{ file, ...at, message: other, frame: codeFrame(text, at) }];
  }
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
        const { known } = keysOf(issue.message);
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
          values.length > 0
            ? `expected one of ${values.join(", ")}`
            : issue.issues.map(expectation).join(", ") || "expected another name";
        report(path, "key", `unknown key "${key}": ${why}`, suggest(key, values));
        return;
      }
      case "invalid_value": {
        const found = valueAt(document.data, path);
        const values = issue.values.map(String);
        const key = path.at(-1);
        if (found === undefined && typeof key === "string")
          report(path.slice(0, -1), "value", `missing key "${key}": expected ${oneOf(values)}`);
        else if (typeof found === "string")
          report(
            path,
            "value",
            `${kindOf(found)} is not known: expected ${oneOf(values)}`,
            suggest(found, values),
          );
        else report(path, "value", `expected ${oneOf(values)}, found ${kindOf(found)}`);
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
        report(path, "value", expectation(issue));
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
    const chosen = nearest[0] ?? [];
    const two = twoInOne(chosen, branches);
    if (two !== undefined) {
      const [one, other] = two;
      report([...path, other], "key", `"${one}" and "${other}" are two steps: a step does one thing`);
      return;
    }
    for (const issue of chosen) visit(issue, path);
  };
  for (const issue of result.error.issues) visit(issue, []);
  return diagnostics;
}

/** What a map may hold, and what it must. */
interface Keys {
  readonly known: readonly string[];
  readonly required: readonly string[];
}

/** Unknown keys carry the known ones in their message, since zod's issue does not name them. */
function describe(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== "unrecognized_keys") return undefined;
  const def = (issue.inst as { _zod?: { def?: MapDefinition } } | undefined)?._zod?.def;
  const shape = def?.shape ?? {};
  const words = [...(def?.keyType?._zod.values ?? [])].map(String);
  const keys: Keys = {
    known: [...Object.keys(shape), ...words],
    required: Object.keys(shape).filter((key) => shape[key]._zod.optin !== "optional"),
  };
  return JSON.stringify(keys);
}

/** Of zod's definition of an object its shape, and of a record its keys. */
interface MapDefinition {
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly keyType?: z.core.$ZodType;
}

function keysOf(message: string): Keys {
  return JSON.parse(message) as Keys;
}

/**
 * A map that has what two branches of a union ask for, `lock` and `unlock` say: the key of the one that is meant and
 * the key of the other.
 */
function twoInOne(
  chosen: readonly Issue[],
  branches: readonly (readonly Issue[])[],
): [string, string] | undefined {
  const unknown = strangers(chosen);
  const [own] = unknown?.required ?? [];
  if (unknown === undefined || own === undefined) return undefined;
  for (const branch of branches) {
    const other = branch === chosen || branch.some(isMissing) ? undefined : strangers(branch);
    const key = other?.required.find((wanted) => unknown.keys.includes(wanted));
    if (key !== undefined) return [own, key];
  }
  return undefined;
}

/** The unknown keys of a map itself, and those that it must have. */
function strangers(
  issues: readonly Issue[],
): { keys: readonly string[]; required: readonly string[] } | undefined {
  const found = issues.find((issue) => issue.code === "unrecognized_keys" && issue.path.length === 0);
  return found?.code === "unrecognized_keys"
    ? { keys: found.keys, required: keysOf(found.message).required }
    : undefined;
}

/** More than all that can be wrong with a branch of the right type. */
const OUT_OF_THE_QUESTION = 1e9;

/** How far the data is from one branch of a union: a branch of another type is out of the question. */
function distance(issues: readonly Issue[]): number {
  let sum = 0;
  for (const issue of issues) {
    if (issue.path.length === 0 && (issue.code === "invalid_type" || issue.code === "invalid_value"))
      sum += OUT_OF_THE_QUESTION;
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
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "a map";
  const shown = JSON.stringify(value);
  return shown.length <= WIDEST ? shown : `${shown.slice(0, WIDEST)}...`;
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? values[0] : `one of ${values.join(", ")}`;
}

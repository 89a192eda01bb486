import type { Declared, Manifest, Step } from "../manifest/model.js";
import type { PolicyDocument } from "../policy/model.js";
import { identifiers } from "./c-file.js";
import type { Expectation } from "./claim.js";

/** The C functions behind keys: of `driver:key`, and of a policy's as `:key`. */
export type Aliases = ReadonlyMap<string, string>;

/** Where a key is not the C function's name, `function` says it. */
export function aliasesOf(manifests: readonly Manifest[], policies: readonly PolicyDocument[]): Aliases {
  const aliases = new Map<string, string>();
  const add = (driver: string, entry: Declared & { readonly name: string }) => {
    if (entry.function !== undefined) aliases.set(`${driver}:${entry.name}`, entry.function);
  };
  for (const { driver, functions, paths, callbacks } of manifests) {
    for (const entry of [...functions, ...paths, ...callbacks]) add(driver, entry);
  }
  for (const policy of policies) for (const entry of policy.functions) add("", entry);
  return aliases;
}

/** What a step says of its line. */
export function expectationOf(step: Step, driver: string, aliases: Aliases): Expectation {
  const { expr } = step;
  const names = (key: string): string[] => {
    const bare = key.slice(key.indexOf(":") + 1);
    const known = [aliases.get(key), aliases.get(`${driver}:${key}`), aliases.get(`:${key}`)];
    return [bare, ...known.filter((name) => name !== undefined)];
  };
  switch (step.kind) {
    case "lock":
    case "unlock":
      return { kind: step.kind, lock: step.lock, expr };
    case "call":
      return { kind: "call", names: names(step.call), expr };
    case "op":
      return { kind: "call", names: [step.op], expr };
    case "defer":
    case "sync":
      return { kind: "code", expr, hints: names(step.path) };
    case "wait":
    case "complete":
      return { kind: "code", expr, hints: identifiers(step.what) };
    case "sleep":
    case "unknown":
      return { kind: "code", expr, hints: identifiers(step.why) };
    case "needs":
      return { kind: "needs", lock: step.lock, expr };
    case "either":
    case "callbacks":
      return { kind: "code", expr, hints: [] };
  }
}

/** What a step is, in the manifest's own words. */
export function wordsOf(step: Step): string {
  switch (step.kind) {
    case "lock":
    case "unlock":
    case "needs":
      return `${step.kind} ${step.lock}`;
    case "call":
      return `call ${step.call}()`;
    case "op":
      return `call of op ${step.op}`;
    case "defer":
    case "sync":
      return `${step.kind} ${step.path}`;
    case "wait":
    case "complete":
      return `${step.kind} ${step.what}`;
    case "sleep":
    case "unknown":
      return `${step.kind} "${step.why}"`;
    case "either":
    case "callbacks":
      return step.kind;
  }
}

import { readFileSync, statSync } from "node:fs";
import { InputError } from "../source/input-error.js";
import type { DiffOptions } from "./diff.js";
import { gitFile, isGit } from "./git.js";
import { policyNames } from "./policies.js";

export interface HeadAndPaths {
  /** Left out: BASE itself, with what-ifs or other manifests. */
  readonly head?: string;
  readonly paths: readonly string[];
}

/**
 * What stands behind BASE: a HEAD, then manifests. With a what-if or manifests of one side there need be no HEAD: then
 * the first is one only if it is a policy's name, or a file that holds a policy.
 * @throws {InputError} where nothing is left to compare BASE with
 */
export function headAndPaths(rest: readonly string[], options: DiffOptions): HeadAndPaths {
  const { hold, drop, manifestsBase, manifestsHead } = options;
  const [first, ...others] = rest;
  const optional = [hold, drop, manifestsBase, manifestsHead].some((given) => given !== undefined);
  const own = optional && (first === undefined || !isPolicy(first));
  if (!own && (first === undefined || (!isGit(first) && isFolder(first)))) {
    const message =
      "which policy to compare with? Give HEAD behind BASE, or --hold, --drop, --manifests-base, --manifests-head";
    throw problem(first ?? "diff", message);
  }
  const paths = own ? rest : others;
  if (manifestsBase !== undefined && manifestsHead !== undefined && paths.length > 0)
    throw problem(paths.join(" "), "--manifests-base and --manifests-head name the manifests of both sides");
  return { head: own ? undefined : first, paths };
}

/** What exists as a path is one, unless it holds a policy. */
function isPolicy(given: string): boolean {
  if (isGit(given)) return holdsPolicy(gitFile(given)?.text ?? "");
  const stat = statSync(given, { throwIfNoEntry: false });
  if (stat === undefined) return policyNames().includes(given);
  return stat.isFile() && holdsPolicy(readFileSync(given, "utf8"));
}

function holdsPolicy(text: string): boolean {
  return /^[\s{]*"?policy"?\s*:/m.test(text);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function problem(file: string, message: string): InputError {
  return new InputError([{ file, line: 0, column: 0, message }]);
}

import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Policy, PolicyDocument } from "../policy/model.js";
import { resolvePolicy } from "../policy/resolve.js";
import { InputError } from "../source/input-error.js";
import { suggest } from "../source/suggest.js";
import { compiledPolicy } from "./compiled.js";
import { besideGit, gitFile, isGit } from "./git.js";
import { manifestsOf } from "./inputs.js";
import { findOverlays, withManifests } from "./overlays.js";
import { packageFolder, shown } from "./paths.js";

export const DEFAULT_POLICY = "linux-6.12";

/** The names of the policies that come with the program. */
export function policyNames(): string[] {
  return readdirSync(packageFolder("rules"))
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length))
    .sort();
}

/** A policy's file and text, found by name or path. */
export interface PolicySource {
  readonly file: string;
  readonly text: string;
}

/**
 * Finds a policy by name (in `rules/`), file or `git:REV:PATH`; a file that another policy extends is looked for
 * beside that one.
 * @throws {InputError} where there is none
 */
export function findPolicy(nameOrFile: string, from?: PolicyDocument): PolicySource {
  const atRevision = findAtRevision(nameOrFile, from);
  if (atRevision !== undefined) return atRevision;
  const beside = from === undefined ? nameOrFile : join(dirname(from.file), nameOrFile);
  const own = isPath(nameOrFile) ? (isFile(beside) ? beside : nameOrFile) : undefined;
  const file = own ?? join(packageFolder("rules"), `${nameOrFile}.yaml`);
  if (isFile(file)) return { file: shown(file), text: readFileSync(file, "utf8") };
  const at = from?.extendsPos ?? { file: nameOrFile, line: 0, column: 0 };
  if (own !== undefined) throw new InputError([{ ...at, message: `no such policy file: ${nameOrFile}` }]);
  throw new InputError([
    { ...at, message: `unknown policy "${nameOrFile}"`, suggestion: suggest(nameOrFile, policyNames()) },
  ]);
}

/** A policy at a revision, and what one extends that stands beside it there. */
function findAtRevision(nameOrFile: string, from?: PolicyDocument): PolicySource | undefined {
  const within = from !== undefined && isGit(from.file);
  if (!isGit(nameOrFile) && !within) return undefined;
  const beside = isPath(nameOrFile) ? nameOrFile : `${nameOrFile}.yaml`;
  const spec = isGit(nameOrFile) || from === undefined ? nameOrFile : besideGit(from.file, beside);
  const found = gitFile(spec);
  if (found !== undefined) return { file: found.name, text: found.text };
  // A plain name may still be one of the policies that come with the program.
  if (!isPath(nameOrFile)) return undefined;
  const at = from?.extendsPos ?? { file: spec, line: 0, column: 0 };
  throw new InputError([{ ...at, message: `no such policy file: ${spec}` }]);
}

/**
 * Reads a policy by name or file, with everything it extends and its overlays. The parser is loaded only for a text that has changed
 * since the package was built.
 * @throws {InputError} where there is none, or it is invalid
 */
export async function readPolicy(nameOrFile: string): Promise<Policy> {
  const documents = new Map<string, PolicyDocument>();
  const read = async (source: PolicySource): Promise<PolicyDocument> => {
    const known = documents.get(source.file);
    if (known !== undefined) return known;
    const document = await readPolicyDocument(source);
    documents.set(source.file, document);
    if (document.extends !== undefined) await read(findPolicy(document.extends, document));
    return document;
  };
  const document = await read(findPolicy(nameOrFile));
  const policy = resolvePolicy(document, (name, from) => {
    const base = documents.get(findPolicy(name, from).file);
    if (base === undefined) throw new Error(`policy ${name} was not read`);
    return base;
  });
  const overlays = findOverlays(policy).map(async ({ overlay, file, text }) => ({
    overlay,
    manifests: await manifestsOf(text, file),
  }));
  return withManifests(policy, await Promise.all(overlays));
}

/** One policy file; what it extends is not looked up. */
export async function readPolicyDocument({ file, text }: PolicySource): Promise<PolicyDocument> {
  return compiledPolicy(text, file) ?? (await import("../policy/read.js")).parsePolicy(text, file);
}

/** A file is meant where the name could not be one of ours. */
export function isPath(nameOrFile: string): boolean {
  return isGit(nameOrFile) || nameOrFile.includes("/") || /\.(ya?ml|json)$/.test(nameOrFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

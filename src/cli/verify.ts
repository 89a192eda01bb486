import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Diagnostic, InputError, sortDiagnostics } from "../source/input-error.js";
import type { CParser } from "../verify/c-parser.js";
import type { Claim } from "../verify/claim.js";
import type { Open } from "../verify/scope.js";
import { manifestsOf, readManifestFiles, withFrames } from "./inputs.js";
import { CLEAN, FINDINGS, type Io, UNUSABLE } from "./io.js";
import { findOverlays } from "./overlays.js";
import { findPolicy, readPolicyDocument } from "./policies.js";

export interface VerifyOptions {
  /** The kernel tree. */
  readonly source: string;
  readonly policy?: readonly string[];
  readonly format?: string;
  /** The manifests are meant to cover every table of the tree. */
  readonly complete?: boolean;
  /** List the claims that hold, too. */
  readonly all?: boolean;
}

/** Folders of a kernel tree without drivers. */
const SKIPPED: ReadonlySet<string> = new Set(["Documentation", "LICENSES", "scripts", "tools", "usr"]);

/**
 * Is what manifests and policies say of the kernel tree still so?
 * @returns the exit status: 1 if a claim is gone, an op of a table is left out or, with `complete`, a table uncovered
 * @throws {InputError} for manifests and policies that can't be read, and lines without a file
 */
export async function verify(paths: readonly string[], options: VerifyOptions, io: Io): Promise<number> {
  const { source, format = "text" } = options;
  const unusable = (message: string): number => {
    io.err(`error: ${message}\n`);
    return UNUSABLE;
  };
  if (format !== "text" && format !== "json")
    return unusable(`unknown format "${format}": expected one of text, json`);
  const { manifests, texts } = await readManifestFiles(paths);
  const policies = await Promise.all(
    (options.policy ?? []).map((policy) => readPolicyDocument(findPolicy(policy))),
  );
  const overlays = await Promise.all(
    policies.flatMap(findOverlays).map(({ file, text }) => manifestsOf(text, file)),
  );
  if (statSync(source, { throwIfNoEntry: false })?.isDirectory() !== true)
    return unusable(`${source}: no such folder`);

  const [{ claimsOf }, { checkClaims }, { uncoveredTables }, report] = await Promise.all([
    import("../verify/claims.js"),
    import("../verify/check.js"),
    import("../verify/tables.js"),
    import("../verify/report.js"),
  ]);
  const claims = claimsOf([...manifests, ...overlays.flat()], policies);
  const nowhere = claims.filter(({ file }) => file === "");
  if (nowhere.length > 0) throw withFrames(new InputError(sortDiagnostics(nowhere.map(withoutFile))), texts);
  if (claims.length === 0)
    return unusable(`${paths.join(" ")}: nothing to verify: no line of the kernel is named`);
  const files = new Set(claims.map(({ file }) => file));
  if (files.size > 0 && ![...files].some((file) => readIfFile(join(source, file)) !== undefined)) {
    return unusable(
      `${source}: none of the files that the manifests name is there (${[...files].slice(0, 3).join(", ")}, ...)`,
    );
  }

  const open = opener(source, await parser());
  const outcomes = checkClaims(claims, open);
  const uncovered = uncoveredTables(manifests, filesWithTables(source), open);
  const result = { source, outcomes, uncovered, all: options.all === true };
  io.out(format === "json" ? report.formatJson(result) : report.formatText(result));
  const failed =
    outcomes.some(({ status }) => status === "gone") ||
    uncovered.some(({ op }) => op !== undefined || options.complete === true);
  return failed ? FINDINGS : CLEAN;
}

function withoutFile({ pos, at, what }: Claim): Diagnostic {
  return {
    ...pos,
    message: `line ${at.slice(at.indexOf(":") + 1)} of which file? (${what}): no \`file\` encloses it`,
  };
}

async function parser(): Promise<CParser> {
  const { loadCParser } = await import("../verify/c-parser.js");
  return loadCParser(
    readFileSync(createRequire(import.meta.url).resolve("tree-sitter-c/tree-sitter-c.wasm")),
  );
}

/** Reads and parses each file once. */
function opener(source: string, parse: CParser): Open {
  const opened = new Map<string, ReturnType<Open>>();
  return (file) => {
    if (!opened.has(file)) {
      const text = readIfFile(join(source, file));
      opened.set(file, text === undefined ? undefined : parse(text.toString("utf8")));
    }
    return opened.get(file);
  };
}

function readIfFile(path: string): Buffer | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path) : undefined;
}

/** The C files of the tree in which `dma_fence_ops` occurs, relative to it: a quick look before any parsing. */
function filesWithTables(source: string, folder = ""): string[] {
  return readdirSync(join(source, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return entry.name.startsWith(".") || SKIPPED.has(path) ? [] : filesWithTables(source, path);
    if (!entry.isFile() || !entry.name.endsWith(".c")) return [];
    return readFileSync(join(source, path)).includes("struct dma_fence_ops") ? [path] : [];
  });
}

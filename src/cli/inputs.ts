import { isUtf8 } from "node:buffer";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Manifest } from "../manifest/model.js";
import { codeFrame } from "../source/frame.js";
import { type Diagnostic, InputError, sortDiagnostics } from "../source/input-error.js";
import { compiledManifests } from "./compiled.js";
import { gitFiles, isGit } from "./git.js";
import { shown } from "./paths.js";

export interface Inputs {
  readonly manifests: readonly Manifest[];
  /** Every text that was read, by the name that positions use. */
  readonly texts: ReadonlyMap<string, string>;
}

const EXTENSIONS = [".yaml", ".yml", ".json"];
/** Our own files, which may stand among manifests. */
const OWN = /(^|\/)fence-lockcheck(-baseline)?\.(ya?ml|json)$/;

/**
 * Reads the manifests of files and, recursively, folders; `git:REV:PATH` reads them as they stand at a revision.
 * @param except files that are no manifests, wherever they stand
 * @throws {InputError} for a path that is not there or cannot be read, a folder without manifests, and every invalid
 *   manifest at once
 */
export async function readManifestFiles(
  paths: readonly string[],
  except: readonly (string | undefined)[] = [],
): Promise<Inputs> {
  const skipped = new Set(except.flatMap((file) => (file === undefined ? [] : [resolve(file)])));
  const manifests: Manifest[] = [];
  const texts = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  const complain = (file: string, message: string) => diagnostics.push({ file, line: 0, column: 0, message });
  /** What cannot be read is told, and the rest is read all the same. */
  const readable = <T>(file: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (error instanceof InputError) {
        diagnostics.push(...error.diagnostics);
        return undefined;
      }
      const { code, path = file } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      complain(
        shown(path),
        `cannot be read: ${code === "ENOENT" ? "it is a link that leads nowhere" : code}`,
      );
      return undefined;
    }
  };
  for (const path of paths) {
    const files = isGit(path)
      ? filesAtRevision(path)
      : readable(path, () =>
          filesOf(path)
            .filter((file) => file === path || !skipped.has(resolve(file)))
            .map(onDisk),
        );
    if (files?.length === 0) complain(path, "no manifest here (*.yaml, *.yml or *.json)");
    for (const { name, read } of files ?? []) {
      if (texts.has(name)) continue;
      const text = readable(name, read);
      if (text === undefined) continue;
      texts.set(name, text);
      try {
        const found = await manifestsOf(text, name);
        if (found.length === 0) complain(name, "no manifest in this file");
        manifests.push(...found);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        diagnostics.push(...error.diagnostics);
      }
    }
  }
  if (diagnostics.length > 0) throw new InputError(sortDiagnostics(diagnostics));
  return { manifests, texts };
}

/**
 * The same, to be analysed.
 * @throws {InputError} also where nothing in any of them would ever run: no finding would not mean that all is well
 */
export async function readAnalysed(
  paths: readonly string[],
  except: readonly (string | undefined)[],
): Promise<Inputs> {
  const inputs = await readManifestFiles(paths, except);
  if (!inputs.manifests.every(isEmpty)) return inputs;
  const message = "nothing to analyse: no fence, path or callback is declared here";
  throw new InputError([{ file: paths.join(" "), line: 0, column: 0, message }]);
}

/** Nothing of it ever runs. */
function isEmpty({ overlay, fences, paths, callbacks }: Manifest): boolean {
  return !overlay && fences.length + paths.length + callbacks.length === 0;
}

/**
 * The manifests of one text. YAML and schemas are loaded only where it has to be read anew.
 * @throws {InputError} where it is invalid
 */
export async function manifestsOf(text: string, name: string): Promise<readonly Manifest[]> {
  return compiledManifests(text, name) ?? (await import("../manifest/read.js")).parseManifests(text, name);
}

interface File {
  readonly name: string;
  readonly read: () => string;
}

function onDisk(file: string): File {
  return { name: shown(file), read: () => textOf(file) };
}

/** What another encoding makes of names could make two locks one. */
function textOf(file: string): string {
  const bytes = readFileSync(file);
  if (isUtf8(bytes)) return bytes.toString();
  throw new InputError([{ file: shown(file), line: 0, column: 0, message: "it is not UTF-8" }]);
}

function filesAtRevision(path: string): File[] {
  return gitFiles(path)
    .filter(({ name }) => name === path || wanted(name).length > 0)
    .map(({ name, text }) => ({ name, read: () => text }));
}

/** @param above the folders that are being read: a link to one of them leads to nothing new */
function filesOf(path: string, above: readonly string[] = []): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined)
    throw new InputError([{ file: path, line: 0, column: 0, message: "no such file or folder" }]);
  if (!stat.isDirectory()) return [path];
  const here = realpathSync(path);
  if (above.includes(here)) return [];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.name.startsWith(".")) return [];
      const child = join(path, entry.name);
      const isFolder =
        entry.isDirectory() ||
        (entry.isSymbolicLink() && statSync(child, { throwIfNoEntry: false })?.isDirectory() === true);
      return isFolder ? filesOf(child, [...above, here]) : wanted(child);
    });
}

function wanted(file: string): string[] {
  return EXTENSIONS.some((extension) => file.endsWith(extension)) && !OWN.test(file) ? [file] : [];
}

/** The same error with a code frame at each place that lies in one of these texts. */
export function withFrames(error: InputError, texts: ReadonlyMap<string, string>): InputError {
  return new InputError(
    error.diagnostics.map((diagnostic) => {
      const text = texts.get(diagnostic.file);
      if (diagnostic.frame !== undefined || text === undefined || diagnostic.line === 0) return diagnostic;
      return { ...diagnostic, frame: codeFrame(text, diagnostic) };
    }),
  );
}

import { spawnSync } from "node:child_process";
import { posix } from "node:path";
import { InputError } from "../source/input-error.js";

/** A text at a revision, with the name that messages give it: `git:REV:path`. */
export interface GitFile {
  readonly name: string;
  readonly text: string;
}

interface GitObject {
  readonly kind: string;
  readonly hash: string;
}

/** Whether `git:REV:PATH` is meant: a file or folder as it stands at a revision. */
export function isGit(spec: string): boolean {
  return spec.startsWith("git:");
}

/**
 * Every file of a folder at a revision, in the order of their names, or the one file that PATH is. PATH counts from
 * the top of the repository, and from the working directory where it begins with `./` or `../`: as in git itself.
 * @throws {InputError} without git or a repository, and where there is no such revision or path
 */
export function gitFiles(spec: string): GitFile[] {
  const { rev, path, object } = lookUp(spec);
  if (object === undefined) throw problem(spec, `no such path at ${rev}: ${path}`);
  if (object.kind === "blob") return contents([{ name: spec, hash: object.hash }]);
  const folder = spec.endsWith(":") || spec.endsWith("/") ? spec : `${spec}/`;
  const below = entries(["ls-tree", "-r", "-z", "--full-tree", object.hash]);
  return contents(below.map(({ name, hash }) => ({ name: folder + name, hash })));
}

/** The file that PATH is at its revision; nothing where it is not there, or a folder. */
export function gitFile(spec: string): GitFile | undefined {
  const { object } = lookUp(spec);
  return object?.kind === "blob" ? contents([{ name: spec, hash: object.hash }])[0] : undefined;
}

/** `git:REV:folder/other` for what stands beside `git:REV:folder/file`. */
export function besideGit(spec: string, other: string): string {
  const { rev, path } = parse(spec);
  return `git:${rev}:${posix.join(posix.dirname(path), other)}`;
}

function parse(spec: string): { rev: string; path: string } {
  const match = /^git:([^:-][^:]*):(.*)$/s.exec(spec);
  if (match === null) throw problem(spec, "expected git:REV:PATH, such as git:HEAD~1:manifests");
  return { rev: match[1], path: match[2] };
}

function lookUp(spec: string): { rev: string; path: string; object?: GitObject } {
  const { rev, path: given } = parse(spec);
  const tree = git(spec, ["rev-parse", "--verify", "--quiet", `${rev}^{tree}`])
    ?.toString()
    .trim();
  if (tree === undefined) {
    const outside = git(spec, ["rev-parse", "--git-dir"]) === undefined;
    throw problem(spec, outside ? "this is not a git repository" : `no such revision: ${rev}`);
  }
  const path = fromTop(spec, given);
  if (path === "") return { rev, path, object: { kind: "tree", hash: tree } };
  const [object] = entries(["ls-tree", "-z", "--full-tree", tree, "--", path]);
  return { rev, path, object };
}

function fromTop(spec: string, path: string): string {
  const relative = /^\.{1,2}(\/|$)/.test(path);
  const prefix = relative ? (git(spec, ["rev-parse", "--show-prefix"])?.toString().trimEnd() ?? "") : "";
  const whole = posix.normalize(`${prefix}${path}`).replace(/\/$/, "");
  if (whole === ".." || whole.startsWith("../")) throw problem(spec, "this path leads out of the repository");
  return whole === "." ? "" : whole;
}

/** What `git ls-tree -z` lists, without submodules and symbolic links. */
function entries(args: readonly string[]): (GitObject & { name: string })[] {
  const lines = (git("git", args) ?? Buffer.alloc(0)).toString().split("\0");
  return lines.flatMap((line) => {
    const match = /^(100\d+|040000) (\w+) (\w+)\t(.*)$/s.exec(line);
    return match === null ? [] : [{ kind: match[2], hash: match[3], name: match[4] }];
  });
}

/** Reads many files with one process. */
function contents(files: readonly { name: string; hash: string }[]): GitFile[] {
  const input = files.map(({ hash }) => `${hash}\n`).join("");
  const output = git("git", ["cat-file", "--batch"], input) ?? Buffer.alloc(0);
  let offset = 0;
  return files.map(({ name }) => {
    const lineEnd = output.indexOf("\n", offset);
    const size = Number(output.toString("utf8", offset, lineEnd).split(" ")[2]);
    const text = output.toString("utf8", lineEnd + 1, lineEnd + 1 + size);
    offset = lineEnd + 1 + size + 1;
    return { name, text };
  });
}

/** What git prints, or nothing where it fails. */
function git(spec: string, args: readonly string[], input = ""): Buffer | undefined {
  const env = { ...process.env, GIT_LITERAL_PATHSPECS: "1" };
  const { error, status, stdout } = spawnSync("git", args, { input, env, maxBuffer: 2 ** 30 });
  if (error !== undefined) throw problem(spec, `git cannot be run: ${error.message}`);
  return status === 0 ? stdout : undefined;
}

function problem(file: string, message: string): InputError {
  return new InputError([{ file, line: 0, column: 0, message }]);
}

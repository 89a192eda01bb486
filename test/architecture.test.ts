import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * The folders of src/ in the order in which data flows. A folder imports only from folders left of it; `cli` may from
 * all, and is the only one that knows the file system, the process and colour.
 */
const ORDER = [
  "source",
  "manifest",
  "policy",
  "link",
  "trace",
  "lockgraph",
  "checks",
  "analysis",
  "config",
  "baseline",
  "audit",
  "report",
  "diff",
  "query",
  "why",
  "order",
  "graph",
  "mend",
  "schemas",
  "verify",
  "explain",
  "init",
  "completion",
  "cli",
];

/** The one module at the root: the library's front door, which needs `loadPolicy` from the command line's side. */
const FRONT_DOOR = "index.ts";

const src = new URL("../src/", import.meta.url).pathname;

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return files(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

function imports(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1]);
}

const modules = files(src).map((file) => ({
  name: relative(src, file),
  folder: relative(src, file).split("/")[0],
  imports: imports(file),
  target: (specifier: string) => relative(src, join(file, "..", specifier)).split("/")[0],
}));

describe("the house", () => {
  it("has only folders that the order knows", () => {
    const folders = new Set(modules.map(({ folder }) => folder));
    expect([...folders].filter((folder) => !ORDER.includes(folder) && folder !== FRONT_DOOR)).toEqual([]);
  });

  it("lets data flow one way: a folder imports only from folders left of it", () => {
    const wrong = modules
      .filter(({ folder }) => folder !== FRONT_DOOR)
      .flatMap(({ name, folder, imports: specifiers, target }) =>
        specifiers
          .filter((specifier) => specifier.startsWith("."))
          .filter((specifier) => ORDER.indexOf(target(specifier)) > ORDER.indexOf(folder))
          .map((specifier) => `${name} -> ${specifier}`),
      );
    expect(wrong).toEqual([]);
  });

  it("keeps the file system, the process and colour to the command line", () => {
    const wrong = modules
      .filter(({ folder }) => folder !== "cli" && folder !== FRONT_DOOR)
      .flatMap(({ name, imports: specifiers }) =>
        specifiers
          .filter(
            (specifier) =>
              specifier.startsWith("node:") || specifier === "chalk" || specifier === "commander",
          )
          .map((specifier) => `${name} -> ${specifier}`),
      );
    expect(wrong).toEqual([]);
    const usingProcess = modules.filter(
      ({ name, folder }) =>
        folder !== "cli" && /\bprocess\.|\bconsole\./.test(readFileSync(join(src, name), "utf8")),
    );
    expect(usingProcess.map(({ name }) => name)).toEqual([]);
  });
});

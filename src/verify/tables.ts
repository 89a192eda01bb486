import type { KernelLine, Manifest } from "../manifest/model.js";
import { OPS } from "../manifest/words.js";
import type { Open } from "./scope.js";

/** A `struct dma_fence_ops` variable that no manifest speaks of; with `op`, one that does, but not of that member. */
export interface UncoveredTable {
  readonly table: string;
  readonly op?: string;
  readonly at: KernelLine;
}

const TEST_FOLDERS: ReadonlySet<string> = new Set(["tests", "selftests"]);

/** Whether a file of the kernel tree may define tables that are to be audited: C, and no test. */
export function mayHaveTables(file: string): boolean {
  const parts = file.split("/");
  const name = parts.at(-1) ?? "";
  return name.endsWith(".c") && !/^st-.*\.c$/.test(name) && !parts.some((part) => TEST_FOLDERS.has(part));
}

/**
 * The tables of these files that no fence of these manifests names, and the ops that a table sets and none of its fences
 * has, in the order of their lines.
 * @param files those in which `dma_fence_ops` occurs, relative to the tree
 */
export function uncoveredTables(
  manifests: readonly Manifest[],
  files: readonly string[],
  open: Open,
): UncoveredTable[] {
  const covered = new Map<string, Set<string>>();
  for (const { fences } of manifests) {
    for (const { table, at, file, ops } of fences) {
      const key = `${at?.slice(0, at.lastIndexOf(":")) ?? file}:${table}`;
      covered.set(key, new Set([...(covered.get(key) ?? []), ...ops.map(({ op }) => op)]));
    }
  }
  return [...files]
    .filter(mayHaveTables)
    .sort()
    .flatMap((file) =>
      (open(file)?.tables() ?? []).flatMap(({ name, line, ops }): UncoveredTable[] => {
        const declared = covered.get(`${file}:${name}`);
        if (declared === undefined) return [{ table: name, at: `${file}:${line}` }];
        return ops
          .filter(({ op }) => isOp(op) && !declared.has(op))
          .map((entry) => ({ table: name, op: entry.op, at: `${file}:${entry.line}` }));
      }),
    );
}

function isOp(name: string): boolean {
  return (OPS as readonly string[]).includes(name);
}

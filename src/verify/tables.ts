import type { KernelLine, Manifest } from "../manifest/model.js";
import type { Open } from "./scope.js";

/** A `struct dma_fence_ops` variable that no manifest speaks of. */
export interface UncoveredTable {
  readonly table: string;
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
 * The tables of these files that no fence of these manifests names, in the order of their lines.
 * @param files those in which `dma_fence_ops` occurs, relative to the tree
 */
export function uncoveredTables(
  manifests: readonly Manifest[],
  files: readonly string[],
  open: Open,
): UncoveredTable[] {
  const covered = new Set(
    manifests.flatMap(({ fences }) =>
      fences.map(({ table, at, file }) => `${at?.slice(0, at.lastIndexOf(":")) ?? file}:${table}`),
    ),
  );
  return [...files]
    .filter(mayHaveTables)
    .sort()
    .flatMap((file) =>
      (open(file)?.tables() ?? [])
        .filter(({ name }) => !covered.has(`${file}:${name}`))
        .map(({ name, line }) => ({ table: name, at: `${file}:${line}` })),
    );
}

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Config, NO_CONFIG, quickConfig } from "../config/config.js";
import { InputError } from "../source/input-error.js";
import { isGit } from "./git.js";
import { shown } from "./paths.js";
import { isPath } from "./policies.js";
import { readQuickly } from "./read-quickly.js";

/** What the configuration file sets, its paths as seen from the working directory. */
export interface Settings extends Config {
  /** The file, as messages name it; left out where there is none. */
  readonly file?: string;
}

/** `--config FILE`, or `false` for `--no-config`. */
export interface ConfigOption {
  readonly config?: string | boolean;
}

const NAMES = ["fence-lockcheck.json", "fence-lockcheck.yaml", "fence-lockcheck.yml"];

/**
 * The configuration file that is named, or else the nearest from the working directory upwards.
 * @throws {InputError} where it cannot be read or is invalid, or a folder has two
 */
export async function readSettings({ config: named }: ConfigOption): Promise<Settings> {
  if (named === false) return NO_CONFIG;
  const file = typeof named === "string" ? named : nearest(process.cwd());
  if (file === undefined) return NO_CONFIG;
  const config = await readQuickly(
    file,
    quickConfig,
    async () => (await import("../config/read.js")).parseConfig,
  );
  const from = (path: string) =>
    isGit(path) || path.startsWith("/") ? path : shown(join(dirname(file), path));
  return {
    ...config,
    file: shown(file),
    policy: config.policy === undefined || !isPath(config.policy) ? config.policy : from(config.policy),
    manifests: config.manifests.map(from),
    baseline: config.baseline === undefined ? undefined : from(config.baseline),
  };
}

function nearest(folder: string): string | undefined {
  const found = NAMES.map((name) => join(folder, name)).filter((file) => existsSync(file));
  if (found.length > 1) {
    const message = `there is ${found.slice(1).map(shown).join(" and ")} as well: keep one of them`;
    throw new InputError([{ file: shown(found[0]), line: 0, column: 0, message }]);
  }
  const above = dirname(folder);
  return found[0] ?? (above === folder ? undefined : nearest(above));
}

/** The manifests to read: what the command line says, or else the configuration. */
export function pathsOr(paths: readonly string[], { manifests, file }: Settings): readonly string[] {
  if (paths.length > 0) return paths;
  if (manifests.length > 0) return manifests;
  const message = `missing argument: which manifests?${file === undefined ? "" : ` ${file} names none.`}`;
  throw new InputError([{ file: "paths", line: 0, column: 0, message }]);
}

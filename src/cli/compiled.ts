import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Manifest } from "../manifest/model.js";
import type { PolicyDocument } from "../policy/model.js";

/**
 * What reading a text gave at build time. Reading YAML costs more than the whole analysis, so the shipped manifests and
 * policies are read once, when the package is built; a file whose text has changed since is read as any other.
 */
export interface Compiled<T> {
  /** The file that its positions name. */
  file: string;
  readonly read: T;
  /** Somebody has it. */
  given?: boolean;
}

/** By the texts themselves. */
export interface AllCompiled {
  readonly manifests: Readonly<Record<string, Compiled<readonly Manifest[]>>>;
  readonly policies: Readonly<Record<string, Compiled<PolicyDocument>>>;
}

const NOTHING: AllCompiled = { manifests: {}, policies: {} };
let loaded: AllCompiled | undefined;

function compiled(): AllCompiled {
  if (loaded === undefined) {
    try {
      loaded = JSON.parse(
        readFileSync(fileURLToPath(new URL("../compiled.json", import.meta.url)), "utf8"),
      ) as AllCompiled;
    } catch {
      loaded = NOTHING;
    }
  }
  return loaded;
}

/** The manifests of this text, with positions in `file`, if it was there at build time. */
export function compiledManifests(text: string, file: string): readonly Manifest[] | undefined {
  return named(compiled().manifests[text], file);
}

export function compiledPolicy(text: string, file: string): PolicyDocument | undefined {
  return named(compiled().policies[text], file);
}

/**
 * Positions name the file as the user does, not as the build did. The same text under a second name (at another
 * revision, say) gets positions of its own.
 */
function named<T extends object>(found: Compiled<T> | undefined, file: string): T | undefined {
  if (found === undefined) return undefined;
  if (found.file !== file && found.given === true) {
    const own = structuredClone(found.read);
    rename(own, file);
    return own;
  }
  if (found.file !== file) rename(found.read, file);
  found.file = file;
  found.given = true;
  return found.read;
}

function rename(value: unknown, file: string): void {
  if (Array.isArray(value)) for (const entry of value) rename(entry, file);
  else if (typeof value === "object" && value !== null) {
    const object = value as Record<string, unknown>;
    if ("column" in object && "line" in object) object.file = file;
    else for (const key in object) rename(object[key], file);
    if ("driver" in object && "locks" in object) object.name = file;
    if ("functions" in object && "order" in object) object.file = file;
  }
}

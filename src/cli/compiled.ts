import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Manifest } from "../manifest/model.js";
import type { PolicyDocument } from "../policy/model.js";

/**
 * What reading a file gave at build time, by the file's content. Reading YAML costs more than the whole analysis, so
 * the shipped manifests and policies are read once, when the package is built; a file whose text has changed since is
 * read as any other.
 */
interface Compiled {
  readonly manifests: Readonly<Record<string, readonly Manifest[]>>;
  readonly policies: Readonly<Record<string, PolicyDocument>>;
}

const NOTHING: Compiled = { manifests: {}, policies: {} };
let loaded: Compiled | undefined;

function compiled(): Compiled {
  if (loaded === undefined) {
    try {
      loaded = JSON.parse(
        readFileSync(fileURLToPath(new URL("../compiled.json", import.meta.url)), "utf8"),
      ) as Compiled;
    } catch {
      loaded = NOTHING;
    }
  }
  return loaded;
}

export function contentKey(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** The manifests of this text, with positions in `file`, if it was there at build time. */
export function compiledManifests(text: string, file: string): readonly Manifest[] | undefined {
  return named(compiled().manifests[contentKey(text)], file);
}

export function compiledPolicy(text: string, file: string): PolicyDocument | undefined {
  return named(compiled().policies[contentKey(text)], file);
}

/** What was handed out, by the file that its positions name. */
const given = new WeakMap<object, string>();

/**
 * Positions name the file as the user does, not as the build did. The same text under a second name (at another
 * revision, say) gets positions of its own.
 */
function named<T extends object>(value: T | undefined, file: string): T | undefined {
  if (value === undefined || given.get(value) === file) return value;
  const own = given.has(value) ? structuredClone(value) : value;
  given.set(own, file);
  rename(own, file);
  return own;
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

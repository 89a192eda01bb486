import { readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import type { Manifest } from "../manifest/model.js";
import type { Overlay, Policy } from "../policy/model.js";
import { InputError, sortDiagnostics } from "../source/input-error.js";
import { besideGit, gitFile, isGit } from "./git.js";
import { shown } from "./paths.js";

/** An overlay's file, found beside the policy that names it. */
export interface OverlaySource {
  readonly overlay: Overlay;
  readonly file: string;
  readonly text: string;
}

/**
 * Finds the overlays of a policy, those that it inherits beside the policy that names them.
 * @throws {InputError} for every one that is not there, where it is named
 */
export function findOverlays({ overlays }: Pick<Policy, "overlays">): OverlaySource[] {
  const found = overlays.map((overlay) => ({ overlay, source: sourceOf(overlay) }));
  const missing = found.filter(({ source }) => source === undefined).map(({ overlay }) => overlay);
  if (missing.length > 0) {
    const complain = ({ path, pos }: Overlay) => ({ ...pos, message: `no such overlay: ${path}` });
    throw new InputError(sortDiagnostics(missing.map(complain)));
  }
  return found.flatMap(({ source }) => source ?? []);
}

/**
 * The same policy with its overlays read.
 * @throws {InputError} where one has no manifest in it
 */
export function withManifests(
  policy: Policy,
  read: readonly { readonly overlay: Overlay; readonly manifests: readonly Manifest[] }[],
): Policy {
  const empty = read.filter(({ manifests }) => manifests.length === 0).map(({ overlay }) => overlay);
  if (empty.length > 0) {
    const complain = ({ path, pos }: Overlay) => ({
      ...pos,
      message: `no manifest in this overlay: ${path}`,
    });
    throw new InputError(sortDiagnostics(empty.map(complain)));
  }
  return { ...policy, overlays: read.map(({ overlay, manifests }) => ({ ...overlay, manifests })) };
}

function sourceOf(overlay: Overlay): OverlaySource | undefined {
  const { path, pos } = overlay;
  if (isGit(pos.file)) {
    const found = gitFile(besideGit(pos.file, path));
    return found === undefined ? undefined : { overlay, file: found.name, text: found.text };
  }
  const file = isAbsolute(path) ? path : join(dirname(pos.file), path);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  return { overlay, file: shown(file), text: readFileSync(file, "utf8") };
}

import type { FenceDeclaration, Manifest } from "../manifest/model.js";
import { type Diagnostic, InputError, sortDiagnostics } from "../source/input-error.js";
import { suggest } from "../source/suggest.js";
import type { Overlay } from "./model.js";

/** Manifests as a proposal leaves them. */
export interface Overlaid {
  readonly manifests: readonly Manifest[];
  /** The drivers that are not as their manifests say, in alphabetical order. */
  readonly drivers: readonly string[];
}

/**
 * Every manifest that goes with a policy, in the order in which they are laid over the drivers' own.
 * @param overlays the policy's, with their files read: see loadPolicy()
 * @throws {InputError} where a file was not read: without it the analysis would be of another proposal
 */
export function overlayManifests(overlays: readonly Overlay[]): Manifest[] {
  const unread = overlays.filter(({ manifests }) => manifests === undefined);
  if (unread.length > 0) {
    const complain = ({ path, pos }: Overlay) => ({ ...pos, message: `overlay "${path}" was not read` });
    throw new InputError(sortDiagnostics(unread.map(complain)));
  }
  return overlays.flatMap(({ manifests = [] }) => manifests);
}

/**
 * Lays what a policy changes in drivers over their manifests: an overlay takes the place of the manifest of its
 * driver, or, with `overlay: true`, of those parts of it that it names. One of a driver that is not among the
 * manifests is ignored.
 * @throws {InputError} for a partial overlay among the manifests, and one of a fence that its driver does not have
 */
export function layOver(manifests: readonly Manifest[], overlays: readonly Manifest[]): Overlaid {
  const diagnostics: Diagnostic[] = manifests
    .filter(({ overlay }) => overlay)
    .map(({ driver, pos }) => ({
      ...pos,
      message: `this is an overlay of "${driver}", not its manifest: it belongs among the \`overlays\` of a policy`,
    }));
  const drivers = new Set<string>();
  const laid = manifests.map((manifest) =>
    overlays
      .filter(({ driver }) => driver === manifest.driver)
      .reduce((below, overlay) => {
        drivers.add(below.driver);
        if (!overlay.overlay) return overlay;
        diagnostics.push(...strangers(below, overlay));
        return merge(below, overlay);
      }, manifest),
  );
  if (diagnostics.length > 0) throw new InputError(sortDiagnostics(diagnostics));
  return { manifests: laid, drivers: [...drivers].sort() };
}

function strangers(below: Manifest, { driver, fences }: Manifest): Diagnostic[] {
  const names = below.fences.map(({ name }) => name);
  return fences
    .filter(({ name }) => !names.includes(name))
    .map(({ name, pos }) => ({
      ...pos,
      message: `"${driver}" has no fence "${name}" to lay this over`,
      suggestion: suggest(name, names),
    }));
}

function merge(below: Manifest, over: Manifest): Manifest {
  const byName = ({ name }: { readonly name: string }) => name;
  return {
    ...below,
    locks: replace(below.locks, over.locks, byName),
    fences: below.fences.map((fence) => {
      const own = over.fences.find(({ name }) => name === fence.name);
      return own === undefined ? fence : mergeFence(fence, own);
    }),
    functions: replace(below.functions, over.functions, byName),
    paths: replace(below.paths, over.paths, byName),
    callbacks: replace(below.callbacks, over.callbacks, byName),
  };
}

/** What stands in an overlay's fence replaces what bears that name; a flag can be set, not taken back. */
function mergeFence(below: FenceDeclaration, over: FenceDeclaration): FenceDeclaration {
  return {
    ...below,
    at: over.at ?? below.at,
    note: over.note ?? below.note,
    table: over.table ?? below.table,
    file: over.file ?? below.file,
    lock: over.lock ?? below.lock,
    lock_at: over.lock === undefined ? below.lock_at : over.lock_at,
    container: below.container || over.container,
    signaled: below.signaled || over.signaled,
    private: below.private || over.private,
    ops: replace(below.ops, over.ops, ({ op }) => op),
    links: replace(below.links, over.links, ({ name }) => name),
    data: replace(below.data, over.data, ({ object }) => object),
  };
}

function replace<T>(below: readonly T[], over: readonly T[], keyOf: (entry: T) => string): T[] {
  const keys = new Map(over.map((entry) => [keyOf(entry), entry]));
  const standing = new Set(below.map(keyOf));
  return [
    ...below.map((entry) => keys.get(keyOf(entry)) ?? entry),
    ...over.filter((entry) => !standing.has(keyOf(entry))),
  ];
}

import { parseManifests } from "../manifest/read.js";
import type { Policy, PolicyDocument } from "../policy/model.js";
import { parsePolicy } from "../policy/read.js";
import { resolvePolicy } from "../policy/resolve.js";
import { findOverlays, withManifests } from "./overlays.js";
import { findPolicy } from "./policies.js";

/**
 * A policy by name (from the package's `rules/`) or file, with everything it extends and its overlays read.
 * @throws {InputError} where there is none, or it is invalid
 */
export function loadPolicy(nameOrFile: string): Policy {
  const load = (name: string, from?: PolicyDocument): PolicyDocument => {
    const { file, text } = findPolicy(name, from);
    return parsePolicy(text, file);
  };
  const policy = resolvePolicy(load(nameOrFile), load);
  const overlays = findOverlays(policy).map(({ overlay, file, text }) => ({
    overlay,
    manifests: parseManifests(text, file),
  }));
  return withManifests(policy, overlays);
}

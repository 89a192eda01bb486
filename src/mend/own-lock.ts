import type { Finding } from "../checks/finding.js";
import type { FenceDeclaration, Manifest } from "../manifest/model.js";
import { calleeOf } from "./acquisitions.js";
import { changeManifest, changeManifests } from "./bodies.js";
import type { Candidate, Code } from "./model.js";
import { mapSteps } from "./steps.js";

/** Gives fences a lock of their own, where what they share with their driver is a part of the finding. */
export function ownLockCandidates(code: Code, finding: Finding): Candidate[] {
  return code.manifests.flatMap((manifest) =>
    manifest.fences
      .filter(({ name }) => finding.fences.includes(`${manifest.driver}/${name}`))
      .flatMap((fence) => {
        const { lock } = fence;
        if (lock === undefined || !finding.locks.some((name) => name.replace(/\/[1-7]$/, "") === lock))
          return [];
        return [ownLock(manifest, fence, lock, false), ownLock(manifest, fence, lock, true)];
      }),
  );
}

/** @param unlocked what signals with the shared lock held takes the fence's lock itself from now on */
function ownLock(
  { driver }: Manifest,
  { name, pos, lock_at, at }: FenceDeclaration,
  lock: string,
  unlocked: boolean,
): Candidate {
  const full = `${driver}/${name}`;
  const besides = unlocked ? ", and signal them by the functions that take it (not by the _locked ones)" : "";
  return {
    kind: "own-lock",
    about: `own lock ${lock}${besides}`,
    change: `give ${full} fences a lock of their own instead of ${lock}${besides}`,
    at: { function: full, at: lock_at ?? at, manifest: pos },
    renames: new Map([[`${full}.inline_lock`, lock]]),
    apply: (code) =>
      changeManifests(code, (manifest) => {
        if (manifest.driver !== driver) return manifest;
        const fences = manifest.fences.map((fence) =>
          fence.name === name ? { ...fence, lock: undefined, lock_at: undefined } : fence,
        );
        return unlocked ? withoutLockedCalls({ ...manifest, fences }, code) : { ...manifest, fences };
      }),
  };
}

function withoutLockedCalls(manifest: Manifest, { policy }: Code): Manifest {
  const names = new Set(policy.functions.map(({ name }) => name));
  return changeManifest(manifest, ({ steps }) =>
    mapSteps(steps, (step) => {
      if (step.kind !== "call") return step;
      const plain = calleeOf(step.call).replace(/_locked$/, "");
      return plain !== step.call && names.has(step.call) && names.has(plain)
        ? { ...step, call: plain }
        : step;
    }),
  );
}

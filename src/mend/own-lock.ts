import type { Finding } from "../checks/finding.js";
import type { FenceDeclaration, Manifest, Step } from "../manifest/model.js";
import { allSteps } from "../manifest/steps.js";
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
        const variants = callsLocked(manifest, code) ? [false, true] : [false];
        return variants.map((unlocked) => ownLock(manifest, fence, lock, unlocked));
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

/** The function that takes the fence's lock itself, where a step calls the `_locked` one. */
function plainCallee(step: Step, { policy }: Code): string | undefined {
  if (step.kind !== "call" || !step.call.endsWith("_locked")) return undefined;
  const plain = step.call.slice(0, -"_locked".length);
  const has = (wanted: string) => policy.functions.some(({ name }) => name === wanted);
  return has(step.call) && has(plain) ? plain : undefined;
}

function callsLocked(manifest: Manifest, code: Code): boolean {
  let found = false;
  changeManifest(manifest, ({ steps }) => {
    for (const step of allSteps(steps)) found ||= plainCallee(step, code) !== undefined;
    return steps;
  });
  return found;
}

function withoutLockedCalls(manifest: Manifest, code: Code): Manifest {
  return changeManifest(manifest, ({ steps }) =>
    mapSteps(steps, (step) => {
      const plain = plainCallee(step, code);
      return step.kind === "call" && plain !== undefined ? { ...step, call: plain } : step;
    }),
  );
}

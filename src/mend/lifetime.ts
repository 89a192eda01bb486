import type { Finding } from "../checks/finding.js";
import type { FenceDeclaration } from "../manifest/model.js";
import { FENCE_LOCK, type FreedBy } from "../manifest/words.js";
import { changeManifests } from "./bodies.js";
import type { Candidate, Code } from "./model.js";

/** Keeps what an op returns or dereferences for longer, or calls the op under the fence's lock. */
export function lifetimeCandidates(
  code: Code,
  { rule, ops: [op], fences: [name], dependencies }: Finding,
): Candidate[] {
  const object = dependencies[0].from;
  const owner = code.manifests.flatMap(({ driver, fences }) =>
    fences.filter((own) => `${driver}/${own.name}` === name),
  );
  if (owner.length === 0) return [];
  const [{ pos, at }] = owner;
  const place = { function: name, at, manifest: pos };
  const keep = (freedBy: FreedBy, change: string): Candidate => ({
    kind: "lifetime",
    about: `lifetime ${freedBy} ${object}`,
    change,
    at: place,
    apply: (given) =>
      changeManifests(given, (manifest) => {
        const fences = manifest.fences.map((fence) =>
          `${manifest.driver}/${fence.name}` === name ? kept(fence, object, op, freedBy) : fence,
        );
        return fences.every((fence, i) => fence === manifest.fences[i]) ? manifest : { ...manifest, fences };
      }),
  });
  const candidates = [
    keep("kfree_rcu", `free ${object} after a grace period (kfree_rcu())`),
    keep("with_fence", `keep ${object} for as long as ${name} fences (a reference from each)`),
  ];
  if (rule === "unprotected-return") return candidates;
  const hold: Candidate = {
    kind: "hold",
    about: `hold ${op}`,
    change: `call ->${op} under ${FENCE_LOCK}`,
    at: place,
    apply: (given) => ({
      ...given,
      policy: { ...given.policy, hold: [...given.policy.hold, { op, lock: FENCE_LOCK }] },
    }),
  };
  return [...candidates, hold];
}

function kept(fence: FenceDeclaration, object: string, op: string, freedBy: FreedBy): FenceDeclaration {
  return {
    ...fence,
    data: fence.data.map((data) => (data.object === object ? { ...data, freed_by: freedBy } : data)),
    ops: fence.ops.map((own) =>
      own.op === op && own.returns?.points_to === object
        ? { ...own, returns: { ...own.returns, freed_by: freedBy } }
        : own,
    ),
  };
}

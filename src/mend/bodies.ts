import type { ChainLink } from "../checks/finding.js";
import type { Declared, Manifest, Step } from "../manifest/model.js";
import type { Policy } from "../policy/model.js";
import type { Code } from "./model.js";
import { type Steps, trailTo } from "./steps.js";

export type Place = Pick<ChainLink, "function" | "manifest">;

/** A list of steps under a name. */
export interface NamedBody {
  readonly kind: "op" | "function" | "path" | "callback" | "policy";
  /** As manifest or policy call it. */
  readonly key: string;
  /** As evidence calls it. */
  readonly name: string;
  /** The fence at hand, by its name in the manifest. */
  readonly fence?: string;
  readonly steps: Steps;
}

export interface Found {
  readonly body: NamedBody;
  /** None where it is the policy's. */
  readonly manifest?: Manifest;
  readonly step: Step;
  /** The steps around it, the outermost first. */
  readonly around: Steps;
}

type Change = (body: NamedBody) => Steps;
type Owner = Declared & { readonly steps: Steps };

/** Where a link of a chain stands in the input. */
export function find({ manifests, policy }: Code, place: Place): Found | undefined {
  const look = (manifest: Manifest | undefined, visit: (change: Change) => unknown): Found | undefined => {
    let found: Found | undefined;
    visit((body) => {
      const trail = isIn(body, place) ? trailTo(body.steps, place.manifest) : undefined;
      const step = trail?.at(-1);
      if (found === undefined && trail !== undefined && step !== undefined)
        found = { body, manifest, step, around: trail.slice(0, -1) };
      return body.steps;
    });
    return found;
  };
  for (const manifest of manifests) {
    const found = look(manifest, (change) => changeManifest(manifest, change));
    if (found !== undefined) return found;
  }
  return look(undefined, (change) => changePolicy(policy, change));
}

/** Changes the steps of every body of that name that has a step at that place. */
export function editAt(code: Code, place: Place, edit: (steps: Steps) => Steps | undefined): Code {
  const change: Change = (body) =>
    isIn(body, place) && trailTo(body.steps, place.manifest) !== undefined
      ? (edit(body.steps) ?? body.steps)
      : body.steps;
  const changed = changeManifests(code, (manifest) => changeManifest(manifest, change));
  const policy = changePolicy(code.policy, change);
  return policy === code.policy ? changed : { ...changed, policy };
}

/** Changes manifests; the code stays the same object where none changes. */
export function changeManifests(code: Code, change: (manifest: Manifest) => Manifest): Code {
  const manifests = code.manifests.map(change);
  return manifests.every((manifest, i) => manifest === code.manifests[i]) ? code : { ...code, manifests };
}

function isIn(body: NamedBody, place: Place): boolean {
  return body.name === place.function;
}

export function changeManifest(manifest: Manifest, change: Change): Manifest {
  const fences = changeEach(manifest.fences, (fence) => {
    const ops = changeEach(fence.ops, (op) =>
      withSteps(op, { kind: "op", key: op.op, fence: fence.name }, `${fence.name}.${op.op}`, change),
    );
    return ops === fence.ops ? fence : { ...fence, ops };
  });
  const only = manifest.fences.length === 1 ? manifest.fences[0].name : undefined;
  const named = <T extends Owner & { readonly name: string; readonly fence?: string }>(
    all: readonly T[],
    kind: NamedBody["kind"],
  ) =>
    changeEach(all, (entry) =>
      withSteps(entry, { kind, key: entry.name, fence: entry.fence ?? only }, entry.name, change),
    );
  const functions = named(manifest.functions, "function");
  const paths = named(manifest.paths, "path");
  const callbacks = named(manifest.callbacks, "callback");
  const same =
    fences === manifest.fences &&
    functions === manifest.functions &&
    paths === manifest.paths &&
    callbacks === manifest.callbacks;
  return same ? manifest : { ...manifest, fences, functions, paths, callbacks };
}

export function changePolicy(policy: Policy, change: Change): Policy {
  const functions = changeEach(policy.functions, (fn) =>
    withSteps(fn, { kind: "policy", key: fn.name }, fn.name, change),
  );
  return functions === policy.functions ? policy : { ...policy, functions };
}

function withSteps<T extends Owner>(
  owner: T,
  about: Pick<NamedBody, "kind" | "key" | "fence">,
  name: string,
  change: Change,
): T {
  const steps = change({ ...about, name: owner.function ?? name, steps: owner.steps });
  return steps === owner.steps ? owner : { ...owner, steps };
}

function changeEach<T>(all: readonly T[], change: (entry: T) => T): readonly T[] {
  const changed = all.map(change);
  return changed.every((entry, i) => entry === all[i]) ? all : changed;
}

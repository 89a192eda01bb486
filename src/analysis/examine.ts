import { type Checked, runChecks } from "../checks/run.js";
import { link } from "../link/link.js";
import type { Program } from "../link/program.js";
import type { Manifest } from "../manifest/model.js";
import type { Policy, PolicyDocument, WhatIf } from "../policy/model.js";
import { layOver, type Overlaid, overlayManifests } from "../policy/overlays.js";
import { resolvePolicy } from "../policy/resolve.js";
import { unknownOps } from "../policy/what-if.js";
import { InputError } from "../source/input-error.js";
import type { Trace } from "../trace/events.js";
import { unfold } from "../trace/unfold.js";

export interface AnalyzeInput {
  readonly manifests: readonly Manifest[];
  /** A policy with nothing left to extend: see loadPolicy() and resolvePolicy(). */
  readonly policy: Policy | PolicyDocument;
  /** What-ifs beyond the policy's own: take LOCK around every call of OP. */
  readonly hold?: readonly WhatIf[];
  /** Call OP with LOCK let go. */
  readonly drop?: readonly WhatIf[];
  /**
   * What changes in drivers, on top of the policy's own overlays: each takes the place of the manifest of its driver,
   * or (`overlay: true`) of parts of it. Given these, the policy's own need not have been read.
   */
  readonly overlays?: readonly Manifest[];
}

/** Every stage of one analysis, for those who ask about the lock graph itself and not only about findings. */
export interface Examination {
  /** The manifests as they were analysed: with the overlays laid over them. */
  readonly manifests: readonly Manifest[];
  /** The policy as it was analysed: what it extends and the what-ifs folded in, its overlays laid over the manifests. */
  readonly policy: Policy;
  /** The drivers that overlays change. */
  readonly overlaid: readonly string[];
  readonly program: Program;
  readonly trace: Trace;
  readonly checked: Checked;
}

/**
 * Links, unfolds and checks these manifests under this policy. Pure: no file system, no process, no colour.
 * @throws {InputError} where the manifests and the policy do not fit together
 */
export function examine(input: AnalyzeInput): Examination {
  const { hold = [], drop = [] } = input;
  const { manifests, policy: base, drivers } = proposed(input);
  unknownOps([...hold, ...drop], base.pos);
  const policy: Policy = { ...base, hold: [...base.hold, ...hold], drop: [...base.drop, ...drop] };
  const program = link(manifests, policy);
  const trace = unfold(program);
  return { manifests, policy, overlaid: drivers, program, trace, checked: runChecks(program, trace) };
}

/**
 * The policy with what it extends, and the drivers as it has them: its overlays are laid over the manifests, and gone
 * from the policy. To examine the result again changes nothing.
 * @throws {InputError} where the policy extends what is not at hand, or the overlays do not fit
 */
export function proposed(
  input: Pick<AnalyzeInput, "manifests" | "policy" | "overlays">,
): Overlaid & { readonly policy: Policy } {
  const policy = resolvePolicy(input.policy, (name, from) => {
    const message = `policy "${from.name}" extends "${name}", which is not at hand: resolve it first`;
    throw new InputError([{ ...(from.extendsPos ?? from.pos), message }]);
  });
  const { overlays = [] } = input;
  const own = policy.overlays.filter(({ manifests }) => manifests !== undefined || overlays.length === 0);
  const laid = layOver(input.manifests, [...overlayManifests(own), ...overlays]);
  return { ...laid, policy: { ...policy, overlays: [] } };
}

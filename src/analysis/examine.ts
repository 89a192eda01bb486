import { type Checked, runChecks } from "../checks/run.js";
import { link } from "../link/link.js";
import type { Program } from "../link/program.js";
import type { Manifest } from "../manifest/model.js";
import type { Policy, PolicyDocument, WhatIf } from "../policy/model.js";
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
}

/** Every stage of one analysis, for those who ask about the lock graph itself and not only about findings. */
export interface Examination {
  readonly manifests: readonly Manifest[];
  /** The policy as it was analysed: what it extends and the what-ifs folded in. */
  readonly policy: Policy;
  readonly program: Program;
  readonly trace: Trace;
  readonly checked: Checked;
}

/**
 * Links, unfolds and checks these manifests under this policy. Pure: no file system, no process, no colour.
 * @throws {InputError} where the manifests and the policy do not fit together
 */
export function examine({ manifests, policy: document, hold = [], drop = [] }: AnalyzeInput): Examination {
  const base = resolvePolicy(document, (name, from) => {
    const message = `policy "${from.name}" extends "${name}", which is not at hand: resolve it first`;
    throw new InputError([{ ...(from.extendsPos ?? from.pos), message }]);
  });
  unknownOps([...hold, ...drop], base.pos);
  const policy: Policy = { ...base, hold: [...base.hold, ...hold], drop: [...base.drop, ...drop] };
  const program = link(manifests, policy);
  const trace = unfold(program);
  return { manifests, policy, program, trace, checked: runChecks(program, trace) };
}

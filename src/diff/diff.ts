import { reportOf } from "../analysis/analyze.js";
import { examine } from "../analysis/examine.js";
import { countBySeverity, type Report } from "../analysis/report.js";
import { VERSION } from "../analysis/version.js";
import type { Manifest } from "../manifest/model.js";
import type { Policy, PolicyDocument, WhatIf } from "../policy/model.js";
import { policyChanges } from "./changes.js";
import { compareFindings } from "./compare.js";
import type { DiffReport, DiffSide } from "./report.js";

export interface DiffInput {
  readonly manifests: readonly Manifest[];
  readonly base: Policy | PolicyDocument;
  /** Left out: BASE, with the what-ifs below or with other manifests. */
  readonly head?: Policy | PolicyDocument;
  /** What-ifs of HEAD alone. */
  readonly hold?: readonly WhatIf[];
  readonly drop?: readonly WhatIf[];
  /** The manifests of HEAD, where they differ too. */
  readonly headManifests?: readonly Manifest[];
  /** What to call the two, instead of by their policies' names. */
  readonly names?: { readonly base?: string; readonly head?: string };
  /** Applied to each of the two reports before they are compared: what a configuration ignores, say. */
  readonly adjust?: (report: Report) => Report;
}

/**
 * What changes for these drivers from one policy to the other, or from one state of the manifests to the other:
 * findings introduced, fixed and unchanged, and what the policies hold differently. Pure, as analyze() is.
 * @throws {InputError} where manifests and policies do not fit together
 */
export function diff(input: DiffInput): DiffReport {
  const { manifests, hold = [], drop = [], names = {}, adjust = (report) => report } = input;
  const before = examine({ manifests, policy: input.base });
  const after = examine({
    manifests: input.headManifests ?? manifests,
    policy: input.head ?? input.base,
    hold,
    drop,
  });
  const [base, head] = [adjust(reportOf(before)), adjust(reportOf(after))];
  const sides = {
    base: side(base, names.base ?? before.policy.name),
    head: side(head, withWhatIfs(names.head ?? after.policy.name, hold, drop)),
  };
  return {
    schema: "fence-lockcheck/diff/1",
    tool: { name: "fence-lockcheck", version: VERSION },
    base: sides.base.name,
    head: sides.head.name,
    sides,
    changes: policyChanges(before.policy, after.policy),
    ...compareFindings(base.findings, head.findings),
  };
}

function side({ policy, findings, leftOut }: Report, name: string): DiffSide {
  const { title, source, overlays } = policy;
  return { name, title, source, overlays, summary: countBySeverity(findings), leftOut };
}

/** `linux-7.1 --hold set_deadline=fence.lock`, as the command line has it. */
function withWhatIfs(name: string, hold: readonly WhatIf[], drop: readonly WhatIf[]): string {
  const words = (option: string, all: readonly WhatIf[]) =>
    all.map(({ op, lock }) => `${option} ${op}=${lock}`);
  return [name, ...words("--hold", hold), ...words("--drop", drop)].join(" ");
}

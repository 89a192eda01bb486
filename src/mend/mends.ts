import { type AnalyzeInput, type Examination, examine } from "../analysis/examine.js";
import type { Finding } from "../checks/finding.js";
import type { Mend } from "../checks/mend.js";
import { candidates } from "./candidates.js";
import { sameFinding } from "./compare.js";
import type { Candidate, Code } from "./model.js";
import { partFor } from "./part.js";
import { byBreakage, type Tried, varied } from "./rank.js";
import { analysed, attempt, needed } from "./trial.js";

export interface MendsInput extends AnalyzeInput {
  /** One of what analysing the same input finds. */
  readonly finding: Finding;
  /** How many are looked for; the best come first. */
  readonly most?: number;
}

/** Tries changes against one finding of an input after another. */
export type Mender = (finding: Finding, most?: number) => Mend[];

const MOST = 5;

/**
 * The changes that remove a finding, least breaking and smallest first, each proved by an analysis of the changed
 * input. Pure: no file system, no process, no colour.
 * @throws {InputError} where the manifests and the policy do not fit together
 */
export function mends({ finding, most, ...input }: MendsInput): Mend[] {
  return mender(examine(input))(finding, most);
}

/**
 * The same for several findings of one input. Each change is first tried on the part of the input that the finding is
 * about, which is quick; only what removes the finding there is tried on the whole.
 */
export function mender({
  manifests,
  policy,
  checked,
}: Pick<Examination, "manifests" | "policy" | "checked">): Mender {
  const whole: Code = { manifests, policy };
  const everything = checked.findings;
  return (finding, most = MOST) => {
    const part = smallest(whole, everything, finding);
    const tried = candidates(part.target, part.code)
      .flatMap((candidate) => {
        const one = attempt(part.code, part.findings, part.target, [candidate]);
        return one === undefined ? [] : needed(one, part.code, part.findings, part.target);
      })
      .sort(byBreakage);
    const kept: Tried[] = [];
    for (const one of varied(tried)) {
      if (kept.length >= most) break;
      const proved = part.code === whole ? one : attempt(whole, everything, finding, one.changes);
      if (proved !== undefined && !kept.some(({ changes }) => wordsOf(changes) === wordsOf(proved.changes)))
        kept.push(proved);
    }
    return kept.sort(byBreakage).map(mendOf);
  };
}

/** The part of the input that shows the finding; all of it where no part does. */
function smallest(whole: Code, everything: readonly Finding[], finding: Finding) {
  const code = partFor(whole, finding);
  if (code.manifests.length < whole.manifests.length) {
    const findings = analysed(code);
    const target = findings && sameFinding(findings, finding);
    if (findings !== undefined && target !== undefined) return { code, findings, target };
  }
  return { code: whole, findings: everything, target: finding };
}

function wordsOf(changes: readonly Candidate[]): string {
  return [...new Set(changes.map(({ change }) => change))].join("; ");
}

function mendOf({ changes, effect: { introduced, removed } }: Tried): Mend {
  return {
    kind: changes[0].kind,
    change: wordsOf(changes),
    at: changes.map(({ at }) => at),
    removes: true,
    introduces: introduced.map(({ id, rule, severity, message }) => ({ id, rule, severity, message })),
    alsoRemoves: removed.map(({ id }) => id),
  };
}

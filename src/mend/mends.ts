import { type AnalyzeInput, type Examination, examine } from "../analysis/examine.js";
import type { Finding } from "../checks/finding.js";
import type { Mend } from "../checks/mend.js";
import { InputError } from "../source/input-error.js";
import { candidates, isSame } from "./candidates.js";
import { compare, type Effect, sameFinding } from "./compare.js";
import type { Candidate, Code } from "./model.js";
import { partFor } from "./part.js";
import { byBreakage, type Tried, varied } from "./rank.js";

export interface MendsInput extends AnalyzeInput {
  /** One of what analysing the same input finds. */
  readonly finding: Finding;
  /** How many are looked for; the best come first. */
  readonly most?: number;
}

/** Tries changes against one finding of an input after another. */
export type Mender = (finding: Finding, most?: number) => Mend[];

/** In how many places the same is done before it is given up; interrupts are cheap to disable. */
const MOST_PLACES = 3;
const MOST_IRQ_PLACES = 12;
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

/**
 * Makes the changes; where the finding then comes about another way, makes the same kind of change there, too.
 * @returns nothing where that does not remove it, or what is changed no longer fits together
 */
function attempt(
  code: Code,
  before: readonly Finding[],
  target: Finding,
  first: readonly Candidate[],
): Tried | undefined {
  const changes = [...first];
  const most = changes[0].kind === "irq" ? MOST_IRQ_PLACES : MOST_PLACES;
  for (;;) {
    const made = make(code, before, target, changes);
    if (made === undefined) return undefined;
    const { left } = made.effect;
    if (left === undefined) return { changes, effect: made.effect };
    const next = candidates(left, made.code).find(
      (other) => other.about === changes[0].about && !changes.some((change) => isSame(change, other)),
    );
    if (next === undefined || changes.length >= most) return undefined;
    changes.push(next);
  }
}

/** Without the changes that it works without: a later one may have made an earlier one needless. */
function needed(tried: Tried, code: Code, before: readonly Finding[], target: Finding): Tried {
  if (tried.changes[0].kind === "irq") return tried;
  let now = tried;
  for (const change of tried.changes) {
    const changes = now.changes.filter((other) => other !== change);
    const made = changes.length === 0 ? undefined : make(code, before, target, changes);
    if (made !== undefined && made.effect.left === undefined) now = { changes, effect: made.effect };
  }
  return now;
}

/** A change may leave what cannot be linked, a name that its new place does not know: then it is none. */
function make(
  code: Code,
  before: readonly Finding[],
  target: Finding,
  changes: readonly Candidate[],
): { readonly code: Code; readonly effect: Effect } | undefined {
  let changed = code;
  for (const { apply } of changes) {
    const further = apply(changed);
    if (further === changed) return undefined;
    changed = further;
  }
  const after = analysed(changed);
  return after && { code: changed, effect: compare(before, after, target, renamesOf(changes)) };
}

function analysed(code: Code): readonly Finding[] | undefined {
  try {
    return examine(code).checked.findings;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function renamesOf(changes: readonly Candidate[]): ReadonlyMap<string, string> {
  return new Map(changes.flatMap(({ renames }) => [...(renames ?? [])]));
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

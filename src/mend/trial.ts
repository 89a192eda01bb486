import { type Examination, examine } from "../analysis/examine.js";
import type { Finding } from "../checks/finding.js";
import { InputError } from "../source/input-error.js";
import { candidates, isSame } from "./candidates.js";
import { compare, type Effect } from "./compare.js";
import type { Candidate, Code } from "./model.js";
import type { Tried } from "./rank.js";
import { triesInInterrupt } from "./sleeping-trylock.js";

/** In how many places the same is done before it is given up; interrupts are cheap to disable. */
const MOST_PLACES = 3;
const MOST_IRQ_PLACES = 12;

/**
 * Makes the changes; where the finding then comes about another way, makes the same kind of change there, too.
 * @returns nothing where that does not remove it, or what is changed no longer fits together
 */
export function attempt(
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
export function needed(tried: Tried, code: Code, before: readonly Finding[], target: Finding): Tried {
  if (tried.changes[0].kind === "irq") return tried;
  let now = tried;
  for (const change of tried.changes) {
    const changes = now.changes.filter((other) => other !== change);
    const made = changes.length === 0 ? undefined : make(code, before, target, changes);
    if (made !== undefined && made.effect.left === undefined) now = { changes, effect: made.effect };
  }
  return now;
}

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
  const after = examined(changed);
  if (after === undefined || tried(changes).some(({ at }) => triesInInterrupt(after, at))) return undefined;
  const { findings } = after.checked;
  return { code: changed, effect: compare(before, findings, target, renamesOf(changes)) };
}

function tried(changes: readonly Candidate[]): readonly Candidate[] {
  return changes.filter(({ kind }) => kind === "trylock");
}

/** A change may leave what cannot be linked, a name that its new place does not know: then it is none. */
export function analysed(code: Code): readonly Finding[] | undefined {
  return examined(code)?.checked.findings;
}

function examined(code: Code): Examination | undefined {
  try {
    return examine(code);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function renamesOf(changes: readonly Candidate[]): ReadonlyMap<string, string> {
  return new Map(changes.flatMap(({ renames }) => [...(renames ?? [])]));
}

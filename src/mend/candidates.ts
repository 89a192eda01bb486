import type { Finding } from "../checks/finding.js";
import type { RuleName } from "../checks/rules.js";
import { deferCandidates } from "./defer.js";
import { dropCandidates } from "./drop.js";
import { earlierCandidates } from "./earlier.js";
import { omitCandidates, takeCandidates } from "./held.js";
import { lifetimeCandidates } from "./lifetime.js";
import type { Candidate, Code } from "./model.js";
import { ownLockCandidates } from "./own-lock.js";
import { recursionCandidates } from "./recursion.js";
import { releaseCandidates } from "./release.js";
import { allocationCandidates, irqCandidates, trylockCandidates } from "./waiting.js";

type Makers = readonly ((code: Code, finding: Finding) => Candidate[])[];
type Maker = Makers[number];

/** The same for each dependency of a finding. */
const each =
  (make: (code: Code, dependency: Finding["dependencies"][number]) => Candidate[]): Maker =>
  (code, { dependencies }) =>
    dependencies.flatMap((dependency) => make(code, dependency));

/** The interrupt's side of an irq finding, and what leads on from there: the other side belongs where it is. */
const deferInterrupt: Maker = (code, { rule, dependencies }) =>
  (rule === "irq-inversion" ? dependencies.slice(0, -1) : dependencies.slice(-1)).flatMap((dependency) =>
    deferCandidates(code, dependency),
  );

const CYCLE: Makers = [
  dropCandidates,
  each(releaseCandidates),
  each(earlierCandidates),
  each(deferCandidates),
  each(allocationCandidates),
  ownLockCandidates,
  each(trylockCandidates),
];

/** What is worth a try against each rule. */
const MAKERS: Readonly<Record<RuleName, Makers>> = {
  "self-deadlock": [
    dropCandidates,
    recursionCandidates,
    each(releaseCandidates),
    each(deferCandidates),
    ownLockCandidates,
    each(trylockCandidates),
  ],
  "lock-order": CYCLE,
  "declared-order": CYCLE,
  "fence-wait": CYCLE,
  "irq-inconsistent": [dropCandidates, irqCandidates, deferInterrupt, ownLockCandidates],
  "irq-inversion": [
    dropCandidates,
    irqCandidates,
    each(releaseCandidates),
    each(earlierCandidates),
    deferInterrupt,
    ownLockCandidates,
    each(trylockCandidates),
  ],
  "wait-context": [
    dropCandidates,
    each(allocationCandidates),
    each(releaseCandidates),
    each(deferCandidates),
    ownLockCandidates,
    each(trylockCandidates),
  ],
  "missing-lock": [takeCandidates],
  unbalanced: [omitCandidates],
  "unprotected-return": [lifetimeCandidates],
  "no-grace-period": [lifetimeCandidates],
  "callback-under-lock": [each(releaseCandidates), each(deferCandidates)],
};

/**
 * The single changes that might remove a finding, none of them tried yet: made from the steps that its evidence passes
 * through. A trylock that fails for certain (on the very lock that is held) is none.
 */
export function candidates(finding: Finding, code: Code): Candidate[] {
  const found: Candidate[] = [];
  for (const candidate of MAKERS[finding.rule].flatMap((make) => make(code, finding))) {
    const fails =
      candidate.kind === "trylock" && finding.rule === "self-deadlock" && finding.certainty === "definite";
    if (!fails && !found.some((other) => isSame(other, candidate))) found.push(candidate);
  }
  return found;
}

/** Whether two are the same change in the same place. */
export function isSame(a: Candidate, b: Candidate): boolean {
  const [at, other] = [a.at.manifest, b.at.manifest];
  const samePlace = at.file === other.file && at.line === other.line && at.column === other.column;
  return samePlace && a.change === b.change;
}

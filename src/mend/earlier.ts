import type { FindingDependency } from "../checks/finding.js";
import type { LockStep, Step } from "../manifest/model.js";
import { allSteps } from "../manifest/steps.js";
import { FENCE_LOCK } from "../manifest/words.js";
import { type Holding, holdingOf, releases, type Taken, takingOf, withoutRelease } from "./acquisitions.js";
import { editAt } from "./bodies.js";
import type { Candidate, Code } from "./model.js";
import { editList, type Steps } from "./steps.js";
import { type Callee, calleesOf, withVariants } from "./variants.js";
import { pair, placeOfLink } from "./words.js";

/**
 * Takes the second lock of a dependency before the first. Functions between the two get a variant that relies on it,
 * so that who else calls them is not concerned.
 */
export function earlierCandidates(code: Code, dependency: FindingDependency): Candidate[] {
  const holding = holdingOf(code, dependency);
  const taken = takingOf(code, dependency);
  if (holding === undefined || taken === undefined || holding.lock.try || taken.lock.try) return [];
  const calls = dependency.evidence.chain.slice(holding.index + 1, taken.index);
  const ofFence = taken.lock.lock === FENCE_LOCK || taken.lock.on !== undefined;
  const callees = calleesOf(code, [...calls, taken.link], taken.found, ofFence);
  if (callees === undefined) return [];
  const [first] = callees;
  const besides =
    first === undefined ? "" : `, and call a variant of ${first.found.body.name}() that relies on it`;
  return [
    {
      kind: "earlier",
      about: `earlier ${pair(dependency)}`,
      change: `take ${dependency.to} before ${dependency.from} in ${holding.found.body.name}()${besides}`,
      at: placeOfLink(holding.userLink),
      apply: (given) => takeEarlier(given, holding, taken, callees),
    },
  ];
}

function takeEarlier(given: Code, holding: Holding, taken: Taken, callees: readonly Callee[]): Code {
  const { lock, found, userLink } = holding;
  const { code, change } = withVariants(given, callees, (steps) => withoutTaking(given, steps, taken));
  const isRelease = releases(given, lock.lock);
  return editAt(code, userLink, (steps) => {
    const changed = change(steps);
    return (
      changed &&
      editList(changed, found.step.pos, (list, index) => wrap(list, index, lock, taken.lock, isRelease))
    );
  });
}

/** The holder's critical section within the other lock. */
function wrap(
  list: Steps,
  index: number,
  holder: LockStep,
  lock: LockStep,
  isRelease: (step: Step) => boolean,
): Steps {
  const own = list[index];
  const released = list.slice(index + 1).findIndex((step) => [...allSteps([step])].some(isRelease));
  const nested = own.kind === "lock" && own.steps !== undefined;
  const end = nested ? index + 1 : released < 0 ? list.length : index + 2 + released;
  const outer: LockStep = {
    ...lock,
    irq: lock.irq ?? holder.irq,
    bh: lock.bh || holder.bh,
    steps: list.slice(index, end),
  };
  return [...list.slice(0, index), outer, ...list.slice(end)];
}

function withoutTaking(code: Code, steps: Steps, { found, lock }: Taken): Steps | undefined {
  return editList(steps, found.step.pos, (list, index) => {
    const step = list[index];
    const [head, rest] = [list.slice(0, index), list.slice(index + 1)];
    if (step.kind === "lock" && step.steps !== undefined) return [...head, ...step.steps, ...rest];
    return [...head, ...withoutRelease(rest, releases(code, lock.lock))];
  });
}

import type { FindingDependency } from "../checks/finding.js";
import type { LockStep } from "../manifest/model.js";
import { holdingOf } from "./acquisitions.js";
import { editAt } from "./bodies.js";
import type { Candidate, Code } from "./model.js";
import { editList, surround, unlockOf } from "./steps.js";
import { doing, pair, placeOfLink } from "./words.js";

/** Lets go of the held lock around the step that leads to the trouble. */
export function releaseCandidates(code: Code, dependency: FindingDependency): Candidate[] {
  const holding = holdingOf(code, dependency);
  if (holding === undefined || holding.lock.try) return [];
  const { lock, user, userLink, found } = holding;
  const [unlock, again] = [unlockOf(lock), { ...lock, steps: undefined } satisfies LockStep];
  return [
    {
      kind: "release",
      about: `release ${pair(dependency)}`,
      change: `release ${dependency.from} in ${found.body.name}() while it ${doing(userLink)}`,
      at: placeOfLink(userLink),
      apply: (given) =>
        editAt(given, userLink, (steps) =>
          editList(steps, found.step.pos, (list, index) => {
            const holder = list[index];
            if (holder.kind === "lock" && holder.steps !== undefined) {
              const within = surround(holder.steps, user.pos, [unlock], [again]);
              return within && list.with(index, { ...holder, steps: within });
            }
            const rest = surround(list.slice(index + 1), user.pos, [unlock], [again]);
            return rest && [...list.slice(0, index + 1), ...rest];
          }),
        ),
    },
  ];
}

import type { FindingDependency } from "../checks/finding.js";
import { taker } from "../manifest/kernel-functions.js";
import { holdingOf, takingOf } from "./acquisitions.js";
import { editAt } from "./bodies.js";
import type { Candidate, Code } from "./model.js";
import { isAt, replaceStep } from "./steps.js";
import { kindOfLock, placeOfLink } from "./words.js";

/** Same-class nesting that lockdep is told of: by a subclass, or by a lock that serialises the two. */
export function nestingCandidates(code: Code, dependency: FindingDependency): Candidate[] {
  return [...subclass(code, dependency), ...nest(code, dependency)];
}

/** Tells lockdep that the inner one is another instance; whether the two nest in one order only, nobody can see here. */
function subclass(code: Code, dependency: FindingDependency): Candidate[] {
  const taken = takingOf(code, dependency);
  const holding = holdingOf(code, dependency);
  if (taken?.found.step.kind !== "lock" || taken.found.manifest === undefined) return [];
  if (holding !== undefined && isAt(holding.found.step, taken.found.step.pos)) return [];
  const { link, lock } = taken;
  const used = taken.found.step.subclass;
  if (used >= 7) return [];
  const call = taker(kindOfLock(code, lock.lock), lock.mode, "_nested");
  return [
    {
      kind: "subclass",
      about: `subclass ${dependency.to}`,
      change: `take ${dependency.to} in ${link.function}() with a subclass of its own, ${call}, if it never is outside another`,
      at: placeOfLink(link),
      apply: (given) =>
        editAt(given, link, (steps) =>
          replaceStep(steps, link.manifest, (step) => [
            step.kind === "lock" ? { ...step, subclass: used + 1 } : step,
          ]),
        ),
    },
  ];
}

/** Nesting under a lock that the holder has taken before the first of the two: that one serialises them. */
function nest(code: Code, dependency: FindingDependency): Candidate[] {
  const taken = takingOf(code, dependency);
  const around = holdingOf(code, dependency)?.found.around ?? [];
  if (taken?.found.step.kind !== "lock" || taken.found.manifest === undefined) return [];
  const { link } = taken;
  return around.flatMap((outer) =>
    outer.kind !== "lock" || outer.steps === undefined
      ? []
      : [
          {
            kind: "nest" as const,
            about: `nest ${dependency.to} ${outer.lock}`,
            change: `take ${dependency.to} in ${link.function}() as nested under ${outer.lock} (nest_lock)`,
            at: placeOfLink(link),
            apply: (given: Code) =>
              editAt(given, link, (steps) =>
                replaceStep(steps, link.manifest, (step) => [
                  step.kind === "lock" ? { ...step, nest: outer.lock } : step,
                ]),
              ),
          },
        ],
  );
}

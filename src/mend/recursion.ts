import type { Finding, FindingDependency } from "../checks/finding.js";
import type { CallStep, NeedsStep } from "../manifest/model.js";
import { allSteps } from "../manifest/steps.js";
import { holdingOf, releases, withoutRelease } from "./acquisitions.js";
import { editAt, find } from "./bodies.js";
import type { Candidate, Code } from "./model.js";
import { nestingCandidates } from "./nesting.js";
import { editList, replaceStep } from "./steps.js";
import { placeOfLink } from "./words.js";

/** What is done about a lock that is taken again by its holder. */
export function recursionCandidates(code: Code, { certainty, dependencies }: Finding): Candidate[] {
  return dependencies.flatMap((dependency) =>
    certainty === "definite"
      ? [...rely(code, dependency), ...lockedVariant(code, dependency), ...keepReference(code, dependency)]
      : [...keepReference(code, dependency), ...nestingCandidates(code, dependency)],
  );
}

/** The inner step relies on its callers: true only where all of them hold the lock, which `needs` finds out. */
function rely(code: Code, dependency: FindingDependency): Candidate[] {
  const link = dependency.evidence.chain[dependency.evidence.chain.length - 1];
  const found = find(code, link);
  if (found?.manifest === undefined || found.step.kind !== "lock" || found.step.try) return [];
  return [
    {
      kind: "rely",
      about: `rely ${dependency.to}`,
      change: `do not take ${dependency.to} in ${found.body.name}(), but rely on the caller's`,
      at: placeOfLink(link),
      apply: (given) =>
        editAt(given, link, (steps) =>
          editList(steps, link.manifest, (list, index) => {
            const step = list[index];
            if (step.kind !== "lock") return undefined;
            const { lock, on, pos, at, when } = step;
            const needs: NeedsStep = { kind: "needs", lock, on, pos, at, when };
            const rest = list.slice(index + 1);
            const within =
              step.steps === undefined
                ? withoutRelease(rest, releases(given, lock))
                : [...step.steps, ...rest];
            return [...list.slice(0, index), needs, ...within];
          }),
        ),
    },
  ];
}

/** `f_locked()` instead of `f()`, where the framework has both. */
function lockedVariant(code: Code, { to, held = -1, evidence }: FindingDependency): Candidate[] {
  return evidence.chain.slice(held + 1).flatMap((link) => {
    const found = find(code, link);
    if (found?.manifest === undefined || found.step.kind !== "call") return [];
    const variant = `${found.step.call}_locked`;
    if (!code.policy.functions.some(({ name }) => name === variant)) return [];
    return [
      {
        kind: "locked-variant",
        about: `variant ${to} ${variant}`,
        change: `call ${variant}() in ${link.function}() instead of ${found.step.call}()`,
        at: placeOfLink(link),
        apply: (given: Code) =>
          editAt(given, link, (steps) =>
            replaceStep(steps, link.manifest, (step) => [
              step.kind === "call" ? { ...step, call: variant } : step,
            ]),
          ),
      },
    ];
  });
}

/** A reference over the call, put once the lock is released: so no put within is the last. */
function keepReference(code: Code, dependency: FindingDependency): Candidate[] {
  const holding = holdingOf(code, dependency);
  const { chain } = dependency.evidence;
  if (holding?.user.kind !== "call" || holding.user.keeps !== undefined) return [];
  if (!chain.some(({ action }, index) => index > holding.index && action === "op release")) return [];
  if (!code.policy.functions.some(({ name }) => name === "dma_fence_put")) return [];
  const { user, userLink, found, lock } = holding;
  const isRelease = releases(code, lock.lock);
  return [
    {
      kind: "keep-reference",
      about: `keep ${dependency.from}`,
      change: `hold a reference to the fence over ${user.call}() in ${found.body.name}(), and put it once ${dependency.from} is released`,
      at: placeOfLink(userLink),
      apply: (given) =>
        editAt(given, userLink, (steps) => {
          const kept = replaceStep(steps, user.pos, (step) =>
            step.kind === "call" ? [{ ...step, keeps: step.on ?? "self" }] : [step],
          );
          return (
            kept &&
            editList(kept, found.step.pos, (list, index) => {
              const holder = list[index];
              const nested = holder.kind === "lock" && holder.steps !== undefined;
              const rest = list.slice(index + 1).findIndex((step) => [...allSteps([step])].some(isRelease));
              const end = nested ? index + 1 : rest < 0 ? list.length : index + 2 + rest;
              const put: CallStep = {
                kind: "call",
                call: "dma_fence_put",
                on: user.on,
                pos: user.pos,
                at: user.at,
              };
              return list.toSpliced(end, 0, put);
            })
          );
        }),
    },
  ];
}

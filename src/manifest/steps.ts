import type { Step } from "./model.js";

/** The lists within a step. */
export function childLists(step: Step): readonly (readonly Step[])[] {
  switch (step.kind) {
    case "lock":
      return step.steps === undefined ? [] : [step.steps];
    case "either":
      return step.branches;
    case "op":
      return [step.before, step.onSet, step.onUnset];
    default:
      return [];
  }
}

/** All steps of a list, those within others too. */
export function* allSteps(steps: readonly Step[]): Generator<Step> {
  for (const step of steps) {
    yield step;
    for (const list of childLists(step)) yield* allSteps(list);
  }
}

/** The ops that steps call. */
export function opsOf(steps: readonly Step[]): string[] {
  return [...allSteps(steps)].flatMap((step) => (step.kind === "op" ? [step.op] : []));
}

import type { LockStep, Step, UnlockStep } from "../manifest/model.js";
import { childLists } from "../manifest/steps.js";
import type { FilePosition } from "../source/position.js";

/** Lists of steps as data: each function gives a changed copy, and undefined where the step is not there. */

export type Steps = readonly Step[];
type Edit = (list: Steps, index: number) => Steps | undefined;

export function isAt(step: Step, { file, line, column }: FilePosition): boolean {
  return step.pos.line === line && step.pos.column === column && step.pos.file === file;
}

function withChildLists(step: Step, lists: readonly Steps[]): Step {
  switch (step.kind) {
    case "lock":
      return step.steps === undefined ? step : { ...step, steps: lists[0] };
    case "either":
      return { ...step, branches: lists };
    case "op":
      return { ...step, before: lists[0], onSet: lists[1], onUnset: lists[2] };
    default:
      return step;
  }
}

/** From the outermost step that contains the one at `pos` to that one. */
export function trailTo(steps: Steps, pos: FilePosition): Steps | undefined {
  for (const step of steps) {
    if (isAt(step, pos)) return [step];
    for (const list of childLists(step)) {
      const below = trailTo(list, pos);
      if (below !== undefined) return [step, ...below];
    }
  }
  return undefined;
}

/** `edit` makes another list of the one in which the step at `pos` stands. */
export function editList(steps: Steps, pos: FilePosition, edit: Edit): Steps | undefined {
  const index = steps.findIndex((step) => isAt(step, pos));
  if (index >= 0) return edit(steps, index);
  for (const [at, step] of steps.entries()) {
    const lists = childLists(step);
    for (const [which, list] of lists.entries()) {
      const changed = editList(list, pos, edit);
      if (changed !== undefined) return steps.with(at, withChildLists(step, lists.with(which, changed)));
    }
  }
  return undefined;
}

/** Puts other steps in the place of the one at `pos`. */
export function replaceStep(steps: Steps, pos: FilePosition, by: (step: Step) => Steps): Steps | undefined {
  return editList(steps, pos, (list, index) => list.toSpliced(index, 1, ...by(list[index])));
}

/** Changes every step that `change` has another for. */
export function mapSteps(steps: Steps, change: (step: Step) => Step): Steps {
  return steps.map((step) => {
    const changed = change(step);
    const lists = childLists(changed);
    return lists.length === 0
      ? changed
      : withChildLists(
          changed,
          lists.map((list) => mapSteps(list, change)),
        );
  });
}

export function unlockOf({ lock, on, pos, at }: LockStep): UnlockStep {
  return { kind: "unlock", lock, on, pos, at };
}

/**
 * The list with the step at `pos` between `before` and `after`, the three of them directly in it: locks around the step
 * get an unlock of their own instead of steps, and what follows a choice is repeated in each of its branches. So what
 * `after` takes stays held to the end of this list.
 */
export function surround(
  list: Steps,
  pos: FilePosition,
  before: Steps,
  after: Steps,
  tail: Steps = [],
): Steps | undefined {
  const index = list.findIndex((step) => trailTo([step], pos) !== undefined);
  if (index < 0) return undefined;
  const [head, step, rest] = [list.slice(0, index), list[index], [...list.slice(index + 1), ...tail]];
  if (isAt(step, pos)) return [...head, ...before, step, ...after, ...rest];
  if (step.kind === "lock" && step.steps !== undefined) {
    const within = surround(step.steps, pos, before, after, [unlockOf(step), ...rest]);
    return within && [...head, { ...step, steps: undefined }, ...within];
  }
  if (step.kind === "either") {
    const branches = step.branches.map(
      (branch) => surround(branch, pos, before, after, rest) ?? [...branch, ...rest],
    );
    return [...head, { ...step, branches }];
  }
  return undefined;
}

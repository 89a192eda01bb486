import type { Body, LinkedStep } from "../link/program.js";

/** `signaled` is passed on to the driver's own helpers, and to nobody else. */
export function usesSignaled(body: Body, known: Map<Body, boolean>): boolean {
  const found = known.get(body);
  if (found !== undefined) return found;
  known.set(body, false);
  const uses = (steps: readonly LinkedStep[]): boolean =>
    steps.some((step) => {
      if ("on" in step && step.on.kind === "signaled") return true;
      switch (step.kind) {
        case "lock":
          return step.steps !== undefined && uses(step.steps);
        case "either":
          return step.branches.some(uses);
        case "call":
          return (
            step.keeps?.kind === "signaled" ||
            (step.body.kind === "function" && usesSignaled(step.body, known))
          );
        default:
          return false;
      }
    });
  const result = uses(body.steps);
  known.set(body, result);
  return result;
}

/** dma_fence_release(), whatever its name: no consumer calls it, and it calls ->release (dma-fence.h, dma_fence_put()). */
export function isRelease({ kind, contexts, steps }: Body): boolean {
  return kind === "policy" && contexts.length === 0 && someStep(steps, isReleaseOp);
}

/** A body with the op `release` in it, itself or in a call on the same fence, puts the caller's reference. */
export function putsSelf({ steps }: Body, seen = new Set<Body>()): boolean {
  return someStep(steps, (step) => {
    if (step.kind !== "call" || step.on.kind !== "self" || seen.has(step.body)) return isReleaseOp(step);
    seen.add(step.body);
    return putsSelf(step.body, seen);
  });
}

function isReleaseOp(step: LinkedStep): boolean {
  return step.kind === "op" && step.op === "release";
}

/** Whether there is such a step in the list, whatever is held there and on whichever branch. */
function someStep(steps: readonly LinkedStep[], is: (step: LinkedStep) => boolean): boolean {
  return steps.some((step) => {
    if (step.kind === "lock") return step.steps !== undefined && someStep(step.steps, is);
    if (step.kind === "either") return step.branches.some((branch) => someStep(branch, is));
    return is(step);
  });
}

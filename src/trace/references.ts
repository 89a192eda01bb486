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
  const releases = (step: LinkedStep): boolean =>
    step.kind === "op"
      ? step.op === "release"
      : step.kind === "lock" && step.steps !== undefined && step.steps.some(releases);
  return kind === "policy" && contexts.length === 0 && steps.some(releases);
}

/** A body with the op `release` in it, itself or in a call on the same fence at its own level, puts the caller's reference. */
export function putsSelf(steps: readonly LinkedStep[], depth = 0): boolean {
  return steps.some((step) => {
    if (step.kind === "op") return step.op === "release";
    if (step.kind === "call")
      return depth < 4 && step.on.kind === "self" && putsSelf(step.body.steps, depth + 1);
    return false;
  });
}

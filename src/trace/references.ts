import type { Body, LinkedStep } from "../link/program.js";
import { spreads } from "./spread.js";

/** `signaled` is passed on to the driver's own helpers, and to nobody else. */
export function usesSignaled(body: Body, known: Map<Body, boolean>): boolean {
  return spreads(body, known, ({ steps }, leadsTo) => {
    let uses = false;
    for (const step of allSteps(steps)) {
      if ("on" in step && step.on.kind === "signaled") uses = true;
      if (step.kind !== "call") continue;
      if (step.keeps?.kind === "signaled") uses = true;
      if (step.body.kind === "function") leadsTo(step.body);
    }
    return uses;
  });
}

/** dma_fence_release(), whatever its name: no consumer calls it, and it calls ->release (dma-fence.h, dma_fence_put()). */
export function isRelease({ kind, contexts, steps }: Body): boolean {
  return kind === "policy" && contexts.length === 0 && callsRelease(steps);
}

function callsRelease(steps: readonly LinkedStep[]): boolean {
  return steps.some((step) => {
    if (step.kind === "lock") return step.steps !== undefined && callsRelease(step.steps);
    if (step.kind === "either") return step.branches.some(callsRelease);
    return isReleaseOp(step);
  });
}

/** A body with the op `release` in it, itself or in a call on the same fence, puts the caller's reference. */
export function putsSelf(body: Body, known: Map<Body, boolean>): boolean {
  return spreads(body, known, ({ steps }, leadsTo) => {
    let puts = false;
    for (const step of allSteps(steps)) {
      if (isReleaseOp(step)) puts = true;
      if (step.kind === "call" && step.on.kind === "self") leadsTo(step.body);
    }
    return puts;
  });
}

function isReleaseOp(step: LinkedStep): boolean {
  return step.kind === "op" && step.op === "release";
}

/** Every step of a list, whatever is held there and on whichever branch. */
export function* allSteps(steps: readonly LinkedStep[]): Generator<LinkedStep> {
  for (const step of steps) {
    yield step;
    if (step.kind === "lock" && step.steps !== undefined) yield* allSteps(step.steps);
    if (step.kind === "either") for (const branch of step.branches) yield* allSteps(branch);
  }
}

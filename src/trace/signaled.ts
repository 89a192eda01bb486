import type { Body, Fence, LinkedStep, Program } from "../link/program.js";

/**
 * Which fences can be the one that has signalled: in a callback those that it is attached to, in a driver's helpers what
 * it is in the callbacks that call them. Nowhere else has any.
 */
export function signaledIn(
  { fences, anyFence, callbacks }: Program,
  uses: (body: Body) => boolean,
): ReadonlyMap<Body, ReadonlySet<Fence>> {
  const found = new Map<Body, Set<Fence>>();
  const note = (body: Body, fence: Fence): void => {
    if ((body.kind !== "callback" && body.kind !== "function") || !uses(body)) return;
    const known = found.get(body) ?? new Set();
    if (known.has(fence)) return;
    found.set(body, known.add(fence));
    noteCallees(body.steps, fence);
  };
  const noteCallees = (steps: readonly LinkedStep[], fence: Fence): void => {
    for (const step of steps) {
      if (step.kind === "call" && step.body.kind === "function") note(step.body, fence);
      else if (step.kind === "lock") noteCallees(step.steps ?? [], fence);
      else if (step.kind === "either") for (const branch of step.branches) noteCallees(branch, fence);
    }
  };
  for (const fence of [...fences, anyFence])
    for (const callback of callbacks[fence.id] ?? []) note(callback, fence);
  return found;
}

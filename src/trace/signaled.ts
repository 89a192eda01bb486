import type { Body, Fence, Program } from "../link/program.js";
import { allSteps } from "./references.js";

/**
 * Which fences can be the one that has signalled: in a callback those that it is attached to, in a driver's helpers what
 * it is in the callbacks that call them. Nowhere else has any.
 */
export function signaledIn(
  { fences, anyFence, callbacks }: Program,
  uses: (body: Body) => boolean,
): ReadonlyMap<Body, ReadonlySet<Fence>> {
  const found = new Map<Body, Set<Fence>>();
  for (const fence of [...fences, anyFence]) {
    const open = [...(callbacks[fence.id] ?? [])];
    for (const body of open) {
      const known = found.get(body) ?? new Set();
      if (known.has(fence) || !uses(body)) continue;
      found.set(body, known.add(fence));
      for (const step of allSteps(body.steps))
        if (step.kind === "call" && step.body.kind === "function") open.push(step.body);
    }
  }
  return found;
}

import type { Fence, FenceRef, LockClass, LockRef, Program } from "../link/program.js";
import type { Frame } from "./frame.js";
import { type Instance, newInstance } from "./state.js";

/** The instances that a step's `on` stands for, in the order of the fences' names. */
export function resolveFence(program: Program, frame: Frame, ref: FenceRef): readonly Instance[] {
  switch (ref.kind) {
    case "self":
      return [frame.self];
    case "signaled":
      return frame.signaled === undefined ? [] : [frame.signaled];
    // Each use of `any` may be about another fence.
    case "any":
      return anyOf(program).map((fence) => newInstance(fence, frame.self));
    case "plain":
      return plainOf(program).map((fence) => newInstance(fence, frame.self));
    case "link":
      return (frame.self.fence?.links.get(ref.name) ?? []).map((fence) =>
        child(frame.self, fence, `${ref.name} ${fence.name}`),
      );
    case "fence":
      return [child(frame.self, ref.fence, ref.fence.name, true)];
  }
}

/** The fences that drivers hand out; where there is none, one that nothing is known of. */
export function anyOf(program: Program): readonly Fence[] {
  return program.openFences.length > 0 ? program.openFences : [program.anyFence];
}

/** Those of them that are no containers. */
export function plainOf(program: Program): readonly Fence[] {
  return program.plainFences.length > 0 ? program.plainFences : [program.anyFence];
}

function child(parent: Instance, fence: Fence, as: string, named = false): Instance {
  parent.children ??= new Map();
  let found = parent.children.get(as);
  if (found === undefined) {
    found = newInstance(fence, parent, named, as);
    parent.children.set(as, found);
  }
  return found;
}

/** The class that a step's lock is for the instance at hand; nothing where there is no fence to have a lock. */
export function resolveLock(lock: LockRef, instance: Instance): LockClass | undefined {
  if (lock === "fence.lock") return instance.fence?.lock;
  return instance.fence?.own.get(lock) ?? lock;
}

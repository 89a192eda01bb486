import type { Scope } from "../manifest/words.js";
import { type Call, OTHER_PLANE, type Plane, planeOf, SELF_PLANE, SIGNALED_PLANE } from "../trace/events.js";
import type { Frame } from "../trace/frame.js";
import type { Instance } from "../trace/state.js";

/**
 * Whether two of the objects that a body is about have one lock of this scope between them, as far as can be told: they
 * are the same; or, for a lock of the device, a driver calls one of them by its name where it is about the other.
 */
export function shareLock(frame: Frame, a: Instance, b: Instance, scope: Scope): boolean {
  return scope === "global" || ownerOf(frame, a, scope) === ownerOf(frame, b, scope);
}

/** Of the objects that share the lock, the one that the others are known by. */
function ownerOf(frame: Frame, instance: Instance, scope: Scope): Instance {
  if (planeOf(frame, instance) === SELF_PLANE) return frame.self;
  const { named, parent, fence } = instance;
  const own = named === true && fence?.driver === frame.body.driver;
  return scope === "device" && own && parent !== undefined ? ownerOf(frame, parent, scope) : instance;
}

/** What the caller knows an object of its callee's by. */
export function objectAt({ about, aboutSignaled }: Call, plane: Plane): Instance | undefined {
  return plane === SELF_PLANE ? about : plane === SIGNALED_PLANE ? aboutSignaled : undefined;
}

/** Which of the caller's own objects shares the lock with one of its callee's. */
export function planeAbove(call: Call, plane: Plane, scope: Scope): Plane {
  const object = objectAt(call, plane);
  const { frame } = call.caller;
  if (object === undefined) return OTHER_PLANE;
  if (shareLock(frame, object, frame.self, scope)) return SELF_PLANE;
  return object === frame.signaled ? SIGNALED_PLANE : OTHER_PLANE;
}

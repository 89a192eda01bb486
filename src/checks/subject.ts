import type { LinkedStep } from "../link/program.js";
import { chainOf, type Frame } from "../trace/frame.js";
import type { Held, Place } from "../trace/state.js";

/** What a finding is about. */
export interface Subject {
  readonly drivers: readonly string[];
  readonly fences: readonly string[];
  readonly ops: readonly string[];
  /** The ops at fault, each with its fence: `driver/fence.op`. */
  readonly calls: readonly string[];
  /** The same for the ops around which a what-if holds the lock. */
  readonly holds: readonly string[];
  readonly when: readonly string[];
}

/**
 * The drivers, fences and ops between where locks were taken and where the trouble is. What lies further out (a
 * container that happened to call in) is evidence, not blame.
 */
export function subjectOf(places: readonly { readonly place: Place; readonly held?: Held }[]): Subject {
  const drivers = new Set<string>();
  const fences = new Set<string>();
  const ops = new Set<string>();
  const calls = new Set<string>();
  const holds = new Set<string>();
  const when = new Set<string>();
  for (const { place, held } of places) {
    const frames = chainOf(place.frame);
    const from = held === undefined ? innermost(frames) : outermostOf(frames, held.frame);
    frames.forEach((frame, depth) => {
      if (depth > 0 && depth >= from && frame.callStep?.step.when !== undefined)
        when.add(frame.callStep.step.when);
      if (depth < from) return;
      if (frame.body.driver !== undefined) drivers.add(frame.body.driver);
      if (frame.body.op !== undefined) {
        ops.add(frame.body.op);
        calls.add(`${frame.self.fence?.name}.${frame.body.op}`);
      }
      if (frame.self.fence !== undefined && touches(frame)) addFence(frame, fences, drivers);
    });
    if (held !== undefined) for (const call of heldAround(held)) holds.add(call);
    for (const step of [place.step, held?.step]) {
      if (step?.step.when !== undefined) when.add(step.step.when);
      if (step !== undefined && place.frame.body.kind === "policy")
        for (const op of opsWithin(step)) if (step === place.step) ops.add(op);
    }
    if (held?.instance.fence !== undefined && held.lock === held.instance.fence.lock) {
      fences.add(held.instance.fence.name);
      drivers.add(held.instance.fence.driver);
    }
  }
  return {
    drivers: sorted(drivers),
    fences: sorted(fences),
    ops: sorted(ops),
    calls: sorted(calls),
    holds: sorted(holds),
    when: [...when],
  };
}

/** The ops that a what-if holds this lock around: `driver/fence.op`. */
function heldAround({ step, frame }: Place): string[] {
  if (step.kind !== "lock" || !step.whatIf) return [];
  return opsWithin(step).map((op) => `${frame.self.fence?.name}.${op}`);
}

/**
 * The same for a lock that must not be taken at this place at all. The fence's own is no such lock: that it can be taken
 * wherever its ops are called is a matter of the fence, and not of this op.
 */
export function takenAround(place: Place): string[] {
  return place.step.kind === "lock" && place.step.lock === "fence.lock" ? [] : heldAround(place);
}

/** A path has a fence at hand without being about it; an op, a callback or the framework is. */
function touches(frame: Frame): boolean {
  return frame.body.kind !== "path" || frame.body.fence !== undefined;
}

function addFence(frame: Frame, fences: Set<string>, drivers: Set<string>): void {
  const { fence } = frame.self;
  if (fence === undefined) return;
  fences.add(fence.name);
  drivers.add(fence.driver);
}

/** The depth of the innermost op, callback or path: whose code it is that goes wrong. */
function innermost(frames: readonly Frame[]): number {
  for (let depth = frames.length - 1; depth >= 0; depth--) {
    if (frames[depth].body.kind !== "policy" && frames[depth].body.kind !== "function") return depth;
  }
  return 0;
}

function outermostOf(frames: readonly Frame[], frame: Frame): number {
  for (let here: Frame | undefined = frame; here !== undefined; here = here.caller) {
    const depth = frames.indexOf(here);
    if (depth >= 0) return depth;
  }
  return 0;
}

/** The ops that a lock step of the framework is taken for. */
function opsWithin(step: LinkedStep): string[] {
  switch (step.kind) {
    case "op":
      return [step.op];
    case "lock":
      return (step.steps ?? []).flatMap(opsWithin);
    case "either":
      return step.branches.flat().flatMap(opsWithin);
    default:
      return [];
  }
}

function sorted(values: Iterable<string>): string[] {
  return [...values].sort();
}

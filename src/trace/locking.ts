import { type LinkedStep, type LockClass, ordersNothing } from "../link/program.js";
import type { Mode } from "../manifest/words.js";
import type { Acquisition, Activation } from "./events.js";
import type { Frame } from "./frame.js";
import { resolveLock } from "./resolve.js";
import { classKey, type Held, type Instance, type State } from "./state.js";

/** What is taken, where, and at the end of which list of steps it is let go if not before. */
export interface Taking {
  readonly frame: Frame;
  readonly step: LinkedStep;
  readonly lock: LockClass;
  readonly instance: Instance;
  readonly owed: ReadonlySet<number>;
  readonly list: object;
}

/** lockdep.c, __lock_acquire(): what is known at this moment, and what is held and off after it. */
export function acquire(
  { frame, step, lock, instance, owed, list }: Taking,
  before: State,
): { readonly acquisition: Acquisition; readonly after: State } {
  const declared = step.step.kind === "lock" ? step.step : PLAIN;
  const nest = nestOf(step, instance);
  // srcu.h: a reader; the writer is whoever waits for a grace period.
  const mode = step.kind === "lock" && lock.kind === "srcu" ? "recursive-read" : declared.mode;
  const irqsOff = before.irqsOff || declared.irq !== undefined;
  const bhOff = before.bhOff || declared.bh;
  const key = classKey(lock, declared.subclass);
  const { recursionOn, nested } = declared.try ? NO_CONFLICT : conflict(before.held, key, mode, lock, nest);
  const acquisition: Acquisition = {
    frame,
    step,
    lock,
    key,
    instance,
    mode,
    trylock: declared.try,
    nest,
    held: before.held,
    irqsOff,
    bhOff,
    context: frame.context,
    owed,
    recursionOn,
    nested,
  };
  const held: Held = {
    frame,
    step,
    lock,
    key,
    instance,
    mode,
    trylock: declared.try,
    restoresIrq:
      (declared.irq === "off" && frame.context !== "hardirq") || (declared.irq === "save" && !before.irqsOff),
    keepsIrqOff: declared.irq === "save" && before.irqsOff,
    disablesBh: declared.bh,
    repeated:
      recursionOn !== undefined || (lock.kind === "map" && before.held.some((other) => other.key === key)),
    list,
  };
  return { acquisition, after: { held: [...before.held, held], irqsOff, bhOff } };
}

/** The lock that keeps several of one class apart (mutex_lock_nest_lock()). */
function nestOf(step: LinkedStep, instance: Instance): LockClass | undefined {
  return step.kind === "lock" && step.nest !== undefined ? resolveLock(step.nest, instance) : undefined;
}

const PLAIN = { mode: "write", irq: undefined, bh: false, try: false, subclass: 0 } as const;
const NO_CONFLICT = { recursionOn: undefined, nested: false } as const;

/**
 * lockdep.c, check_deadlock(): taking a held class again deadlocks, unless both are reads and the new one is
 * recursive, or a nest lock that is held serialises them. A map has no lock behind it: nothing to get stuck on.
 */
function conflict(
  held: readonly Held[],
  key: number,
  mode: Mode,
  lock: LockClass,
  nest: LockClass | undefined,
) {
  if (lock.kind === "map" || ordersNothing(lock)) return NO_CONFLICT;
  let serialised = false;
  for (const entry of held) {
    if (entry.lock === nest) serialised = true;
    if (entry.key !== key || entry.repeated) continue;
    if (mode === "recursive-read" && entry.mode !== "write") continue;
    return serialised ? { recursionOn: undefined, nested: true } : { recursionOn: entry, nested: false };
  }
  return NO_CONFLICT;
}

/** What is held and off after one lock is let go, and whether interrupts came on with it. */
export function release(
  state: State,
  released: Held,
  activation: Activation,
): { readonly after: State; readonly irqsOn: boolean; readonly bhOn: boolean } {
  const held = state.held.filter((entry) => entry !== released);
  const irqsOn = released.restoresIrq && state.irqsOff;
  // Softirqs are disabled by a count (kernel/softirq.c, __local_bh_enable_ip()), hardirqs by what the first one saved.
  const bhOn = released.disablesBh && !activation.bhOff && !held.some(({ disablesBh }) => disablesBh);
  // They are off again as saved while whoever turned them off first has not let go: it is the outermost that counts.
  const isOffAround = activation.irqsOff || held.some(({ restoresIrq }) => restoresIrq);
  const irqsOff = (released.keepsIrqOff && isOffAround) || (state.irqsOff && !irqsOn);
  const after = { held, irqsOff, bhOff: state.bhOff && !bhOn };
  return { after, irqsOn, bhOn };
}

/** A path's own running is held from its first step to its last. */
export function runningOf(frame: Frame): Held[] {
  return frame.body.running.map((lock) => heldThroughout(frame, lock, RUNNING));
}

const RUNNING = {};

/** What no step takes, as if it were held from the first step of a body on. */
export function heldThroughout(frame: Frame, lock: LockClass, list: object): Held {
  return {
    frame,
    step: frame.body.steps[0],
    lock,
    key: classKey(lock, 0),
    instance: frame.self,
    mode: "write",
    trylock: false,
    restoresIrq: false,
    keepsIrqOff: false,
    disablesBh: false,
    repeated: false,
    list,
  };
}

/** What a callee left held belongs to the list of its call from now on. */
export function adopt(result: State, before: State, list: object): State {
  if (result.held.every((held) => before.held.includes(held))) return result;
  return {
    ...result,
    held: result.held.map((held) => (before.held.includes(held) ? held : { ...held, list })),
  };
}

/** Each state once: what is held how, and what is off. */
export function distinct(states: readonly State[]): readonly State[] {
  if (states.length <= 1) return states;
  const seen = new Map<string, State>();
  for (const state of states) {
    const key = `${state.irqsOff ? 1 : 0}${state.bhOff ? 1 : 0} ${state.held.map(howHeld).join(" ")}`;
    if (!seen.has(key)) seen.set(key, state);
  }
  return [...seen.values()];
}

function howHeld({ key, mode, restoresIrq, keepsIrqOff, disablesBh }: Held): string {
  return `${key}${mode}${restoresIrq ? 1 : 0}${keepsIrqOff ? 1 : 0}${disablesBh ? 1 : 0}`;
}

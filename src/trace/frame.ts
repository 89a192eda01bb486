import type { Body, LinkedStep } from "../link/program.js";
import type { Context } from "../manifest/words.js";
import type { Instance } from "./state.js";

/** One body as it is reached through one chain of calls. */
export interface Frame {
  readonly body: Body;
  /** The fence at hand, or what a path is entered for. */
  readonly self: Instance;
  /** In a callback: the fence that has signalled. */
  readonly signaled?: Instance;
  readonly caller?: Frame;
  /** The step of `caller` that entered this one. */
  readonly callStep?: LinkedStep;
  readonly context: Context;
}

/** From the entry point to `frame`. */
export function chainOf(frame: Frame): Frame[] {
  const chain: Frame[] = [];
  for (let here: Frame | undefined = frame; here !== undefined; here = here.caller) chain.push(here);
  return chain.reverse();
}

export function entryOf(frame: Frame): Frame {
  let here = frame;
  while (here.caller !== undefined) here = here.caller;
  return here;
}

/** The same frame on another chain: `base`, which it hangs on, replaced by `by`. */
export function rebase(frame: Frame, base: Frame, by: Frame): Frame {
  if (base === by) return frame;
  if (frame === base) return by;
  if (frame.caller === undefined) throw new Error(`${frame.body.name} does not hang on ${base.body.name}`);
  return { ...frame, caller: rebase(frame.caller, base, by) };
}

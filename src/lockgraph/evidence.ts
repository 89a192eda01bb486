import type { LockClass } from "../link/program.js";
import type { Mode } from "../manifest/words.js";
import type { Acquisition, Call } from "../trace/events.js";
import { heldThroughout } from "../trace/locking.js";
import type { Held, Place } from "../trace/state.js";
import type { Reach } from "./reach.js";
import type { Signaller, Signalling } from "./signalling.js";

/** Where a dependency comes from: the lock held, and the place where the other is taken. */
export interface Evidence {
  readonly held: Held;
  readonly acquisition: Place;
  readonly mode: Mode;
}

/** Where a dependency was first found: as little as it takes to put its evidence together when it is asked for. */
export type Source = { readonly kind: number } & (
  | { readonly how: "taken"; readonly held: Held; readonly acquisition: Acquisition }
  /** Somewhere below a call: the member of the callee's reach. */
  | { readonly how: "below"; readonly held: Held; readonly call: Call; readonly member: number }
  /** On the way to a signal, which waits for `lock` stand for. */
  | {
      readonly how: "owed";
      readonly signaller: Signaller;
      readonly lock: LockClass;
      readonly member: number;
    }
  /** Everything before it on its ordered queue has to end before a signaller begins. */
  | { readonly how: "queued"; readonly signaller: Signaller; readonly lock: LockClass }
);

/** The nearest place where the dependency is made. */
export function evidenceOf(source: Source, reach: Reach, signalling: Signalling): Evidence {
  switch (source.how) {
    case "taken":
      return { held: source.held, acquisition: source.acquisition, mode: source.acquisition.mode };
    case "below":
      return below(reach, source.held, source.call, source.member);
    case "owed": {
      const { signaller, lock, member } = source;
      const acquisition = signalling.place(signaller, member);
      if (acquisition === undefined) {
        const { name } = signaller.activation.frame.body;
        throw new Error(`${name}() does not take what it needs to signal ${lock.name}`);
      }
      return { held: onTheWay(signaller, lock), acquisition, mode: reach.entry(member).mode };
    }
    case "queued": {
      const { frame } = source.signaller.activation;
      const start = { frame, step: frame.body.steps[0] };
      return { held: onTheWay(source.signaller, source.lock), acquisition: start, mode: "write" };
    }
  }
}

/** A lock held over a call below which the other is taken: by the nearest place where it is. */
export function below(reach: Reach, held: Held, call: Call, member: number): Evidence {
  for (const { place, event } of reach.acquisitionsBelow(call, member))
    return { held, acquisition: place, mode: event.mode };
  throw new Error(`nothing below ${call.callee.frame.body.name}() takes ${reach.entry(member).lock.name}`);
}

/** Being on the way to a signal. */
function onTheWay(signaller: Signaller, lock: LockClass): Held {
  return heldThroughout(signaller.activation.frame, lock, signaller);
}

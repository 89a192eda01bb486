import type { Acquisition, Activation, Call, Trace } from "../trace/events.js";
import type { Held } from "../trace/state.js";
import { below, type Evidence } from "./evidence.js";
import type { Reach } from "./reach.js";

/** One body that holds a class while it, or what it calls, takes another. */
export interface Occurrence {
  readonly activation: Activation;
  readonly held: readonly Held[];
  /** Which of `held` is the first class. */
  readonly index: number;
  /** Where the other is taken then: the nearest place. */
  readonly evidence: () => Evidence;
}

/** A lock held while another is taken, or over a call. */
type HeldOver =
  | {
      readonly how: "taken";
      readonly activation: Activation;
      readonly index: number;
      readonly acquisition: Acquisition;
    }
  | { readonly how: "below"; readonly index: number; readonly call: Call };

/** For a pair of classes, by their keys, all bodies that make a dependency of them. */
export function occurrencesIn(
  { activations }: Trace,
  reach: Reach,
): (from: number, to: number) => readonly Occurrence[] {
  let byKey: ReadonlyMap<number, readonly HeldOver[]> | undefined;
  return (from, to) => {
    byKey ??= heldOver(activations);
    const members = reach.membersOf(to);
    const found: Occurrence[] = [];
    for (const over of byKey.get(from) ?? []) {
      const { index } = over;
      if (over.how === "taken") {
        const { activation, acquisition } = over;
        if (acquisition.key !== to) continue;
        const { held } = acquisition;
        const evidence = () => ({ held: held[index], acquisition, mode: acquisition.mode });
        found.push({ activation, held, index, evidence });
      } else {
        const { call } = over;
        const member = members.find((candidate) => reach.hasAnywhere(call.callee, candidate));
        if (member === undefined) continue;
        const { held, caller: activation } = call;
        const evidence = () => below(reach, held[index], call, member);
        found.push({ activation, held, index, evidence });
      }
    }
    return found;
  };
}

/** Where each class is held while something else is taken or called, by its key. */
function heldOver(activations: readonly Activation[]): Map<number, HeldOver[]> {
  const found = new Map<number, HeldOver[]>();
  const note = (held: readonly Held[], make: (index: number) => HeldOver) => {
    held.forEach(({ key, repeated }, index) => {
      if (repeated) return;
      const known = found.get(key);
      if (known === undefined) found.set(key, [make(index)]);
      else known.push(make(index));
    });
  };
  for (const activation of activations) {
    for (const acquisition of activation.acquisitions) {
      if (!acquisition.trylock && !acquisition.nested)
        note(acquisition.held, (index) => ({ how: "taken", activation, index, acquisition }));
    }
    for (const call of activation.calls) note(call.held, (index) => ({ how: "below", index, call }));
  }
  return found;
}

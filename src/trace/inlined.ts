import type { Body } from "../link/program.js";
import type { Activation } from "./events.js";
import type { Held, Instance, State } from "./state.js";

/** How a body is entered that is followed as a part of its caller's activation. */
export interface Entered {
  readonly body: Body;
  readonly self: Instance;
  readonly signaled: Instance | undefined;
  readonly state: State;
  readonly owed: ReadonlySet<number>;
  readonly kept: readonly Instance[];
  readonly inPassing: boolean;
}

/** A state that a body ended in: of what is held, the place in the list that was held before, or the new one. */
interface End {
  readonly state: State;
  readonly held: readonly (number | Held)[];
}

/**
 * What bodies that are followed as a part of one activation came to. Functions that call each other twice each would
 * be followed 2^n times else: entered in the same way, a body does the same again.
 */
export class Inlined {
  readonly #ends = new Map<string, readonly End[]>();
  #activation!: Activation;

  startIn(activation: Activation): void {
    this.#activation = activation;
    if (this.#ends.size > 0) this.#ends.clear();
  }

  /** The states in which the body ends, where they are known; `run` finds them. Within itself, it ends as it began. */
  results(entered: Entered, run: () => readonly State[]): readonly State[] {
    const { state } = entered;
    const key = keyOf(entered, this.#activation);
    const known = this.#ends.get(key);
    if (known !== undefined)
      return known.map((end) => ({
        ...end.state,
        held: end.held.map((held) => (typeof held === "number" ? state.held[held] : held)),
      }));
    this.#ends.set(key, [{ state, held: state.held.map((_, index) => index) }]);
    const found = run();
    this.#ends.set(
      key,
      found.map((end) => ({ state: end, held: end.held.map((held) => placeOf(held, state)) })),
    );
    return found;
  }
}

function placeOf(held: Held, { held: before }: State): number | Held {
  const index = before.indexOf(held);
  return index < 0 ? held : index;
}

/** All that decides what a body does. Instances by their kind, and by which of them are the same. */
function keyOf(entered: Entered, { frame }: Activation): string {
  const { body, self, signaled, state, owed, kept, inPassing } = entered;
  const met: (Instance | undefined)[] = [frame.self, frame.signaled, self, signaled];
  for (const { instance } of state.held) met.push(instance);
  const which = (instance: Instance | undefined) =>
    instance === undefined
      ? "-"
      : [instance.fence?.id, met.indexOf(instance), instance.named, met.indexOf(instance.parent)].join(".");
  const held = state.held.map((entry) =>
    [
      entry.key,
      entry.mode,
      entry.trylock,
      entry.restoresIrq,
      entry.keepsIrqOff,
      entry.disablesBh,
      entry.repeated,
      which(entry.instance),
    ].join(),
  );
  const flags = [state.irqsOff, state.bhOff, inPassing].join();
  return [
    body.id,
    which(self),
    which(signaled),
    flags,
    [...owed].join(),
    kept.map(which).join(),
    ...held,
  ].join(" ");
}

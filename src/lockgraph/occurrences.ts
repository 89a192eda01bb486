import type { LockClass } from "../link/program.js";
import type { Acquisition, Activation, Call, Trace } from "../trace/events.js";
import type { Held } from "../trace/state.js";
import { below, type Evidence } from "./evidence.js";
import { kindOf } from "./kinds.js";
import type { Reach } from "./reach.js";

/** One body that holds a class while it takes another, or over a call below which another is taken. */
export interface Occurrence {
  readonly activation: Activation;
  readonly held: readonly Held[];
  /** Which of `held` is the first class. */
  readonly index: number;
  readonly by: Acquisition | Call;
}

/**
 * lockdep.c, check_prevs_add(), adds a dependency from the last lock held alone (and on, past trylocks). The one from a
 * lock before that is implied by the path over those between, but for a recursive read: no strong path goes through one
 * that it arrives at by a recursive read.
 */
export function seenByLockdep({ held, index }: Occurrence): boolean {
  return held
    .slice(index + 1)
    .every(({ mode, trylock, lock }) => mode !== "recursive-read" || trylock || !isChecked(lock));
}

/** rcu_read_lock() and the like are acquired with `check` 0: they are in no dependency, and in nobody's way. */
function isChecked({ kind }: LockClass): boolean {
  return kind !== "rcu" && kind !== "srcu";
}

/** Where classes are held while others are taken. */
export class Occurrences {
  readonly #trace: Trace;
  readonly #reach: Reach;
  #byKey: ReadonlyMap<number, readonly Occurrence[]> | undefined;

  constructor(trace: Trace, reach: Reach) {
    this.#trace = trace;
    this.#reach = reach;
  }

  /** Whether a body that `is` accepts makes a dependency of these classes, by their keys. */
  some(from: number, to: number, is: (occurrence: Occurrence) => boolean): boolean {
    return this.#of(from).some((occurrence) => is(occurrence) && this.#member(occurrence, to) !== undefined);
  }

  /** All bodies that make a dependency of these classes, by their keys. */
  all(from: number, to: number): readonly Occurrence[] {
    return this.#of(from).filter((occurrence) => this.#member(occurrence, to) !== undefined);
  }

  /**
   * The nearest place where it takes the other class.
   * @throws {Error} where it does not
   */
  evidence(occurrence: Occurrence, to: number): Evidence {
    const { held, index, by } = occurrence;
    if (!("callee" in by)) return { held: held[index], acquisition: by, mode: by.mode };
    const member = this.#member(occurrence, to);
    if (member === undefined) throw new Error(`${by.callee.frame.body.name}() does not take what it should`);
    return below(this.#reach, held[index], by, member);
  }

  /** The kind of the dependency that it makes. */
  kind(occurrence: Occurrence, to: number): number {
    const { held, index, by } = occurrence;
    const member = this.#member(occurrence, to);
    const mode = "callee" in by && member !== undefined ? this.#reach.entry(member).mode : undefined;
    return kindOf(held[index].mode, mode ?? ("callee" in by ? "write" : by.mode));
  }

  #of(key: number): readonly Occurrence[] {
    this.#byKey ??= byKey(this.#trace.activations);
    return this.#byKey.get(key) ?? [];
  }

  /** The way in which it takes a class, as a member of the reach. */
  #member({ by }: Occurrence, key: number): number | undefined {
    if ("callee" in by)
      return this.#reach.membersOf(key).find((member) => this.#reach.hasAnywhere(by.callee, member));
    return by.key === key ? this.#reach.indexOf(by) : undefined;
  }
}

function byKey(activations: readonly Activation[]): Map<number, Occurrence[]> {
  const found = new Map<number, Occurrence[]>();
  const note = (activation: Activation, by: Acquisition | Call) => {
    const { held } = by;
    for (let index = 0; index < held.length; index++) {
      const { key, repeated } = held[index];
      if (repeated) continue;
      const occurrence = { activation, held, index, by };
      const known = found.get(key);
      if (known === undefined) found.set(key, [occurrence]);
      else known.push(occurrence);
    }
  };
  for (const activation of activations) {
    for (const acquisition of activation.acquisitions)
      if (!acquisition.trylock && !acquisition.nested) note(activation, acquisition);
    for (const call of activation.calls) note(activation, call);
  }
  return found;
}

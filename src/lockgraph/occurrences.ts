import { type LockClass, ordersNothing } from "../link/program.js";
import type { Acquisition, Activation, Call, Trace } from "../trace/events.js";
import type { Held, Instance } from "../trace/state.js";
import { below, type Evidence } from "./evidence.js";
import { kindOf } from "./kinds.js";
import { objectAt } from "./objects.js";
import type { Reach } from "./reach.js";

/** One body that holds a class while it takes another, or over a call below which another is taken. */
export interface Occurrence {
  readonly activation: Activation;
  readonly held: readonly Held[];
  /** Which of `held` is the first class. */
  readonly index: number;
  readonly by: Acquisition | Call;
}

/** One way in which a dependency is made. */
export interface Way {
  readonly occurrence: Occurrence;
  readonly kind: number;
  /** The nearest place where the second class is taken so. */
  readonly evidence: () => Evidence;
  /** Of which objects it is there: as the body knows them, undefined for one that it does not. */
  readonly objects: () => readonly (Instance | undefined)[];
}

/**
 * lockdep.c, check_prevs_add(), adds a dependency from the last lock held alone (and on, past trylocks). The one from a
 * lock before that is implied by the path over those between, but for a recursive read: no strong path goes through one
 * that it arrives at by a recursive read.
 */
function isSeenByLockdep({ held, index }: Occurrence): boolean {
  return held
    .slice(index + 1)
    .every(({ mode, trylock, lock }) => mode !== "recursive-read" || trylock || !isChecked(lock));
}

/** The kinds, or-ed together, of those ways that lockdep sees. */
export function kindsSeen(ways: readonly Way[]): number {
  return ways.reduce((kinds, way) => (isSeenByLockdep(way.occurrence) ? kinds | way.kind : kinds), 0);
}

/** rcu_read_lock() and the like are acquired with `check` 0: they are in no dependency, and in nobody's way. */
function isChecked(lock: LockClass): boolean {
  return !ordersNothing(lock);
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
    return this.#of(from).some((occurrence) => is(occurrence) && this.#takes(occurrence, to));
  }

  /** All ways in which bodies make a dependency of these classes, by their keys. */
  all(from: number, to: number): readonly Way[] {
    return this.#of(from).flatMap((occurrence) => this.#waysOf(occurrence, to));
  }

  #of(key: number): readonly Occurrence[] {
    this.#byKey ??= byKey(this.#trace.activations);
    return this.#byKey.get(key) ?? [];
  }

  #takes({ by }: Occurrence, key: number): boolean {
    if (!("callee" in by)) return by.key === key;
    return this.#reach.membersOf(key).some((member) => this.#reach.hasAnywhere(by.callee, member));
  }

  /** Below a call the class may be taken in several ways. */
  #waysOf(occurrence: Occurrence, key: number): Way[] {
    const { held, index, by } = occurrence;
    const first = held[index];
    if (!("callee" in by)) {
      if (by.key !== key) return [];
      const evidence = () => ({ held: first, acquisition: by, mode: by.mode });
      const objects = () => [by.instance];
      return [{ occurrence, kind: kindOf(first.mode, by.mode), evidence, objects }];
    }
    const reach = this.#reach;
    return reach
      .membersOf(key)
      .filter((member) => reach.hasAnywhere(by.callee, member))
      .map((member) => ({
        occurrence,
        kind: kindOf(first.mode, reach.entry(member).mode),
        evidence: () => below(reach, first, by, member),
        objects: () => [...reach.acquisitionsBelow(by, member)].map(({ plane }) => objectAt(by, plane)),
      }));
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

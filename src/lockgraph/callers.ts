import type { Activation, Trace } from "../trace/events.js";
import type { Held } from "../trace/state.js";

/** By activation: the classes, by key, that its callers may hold, and those that they always hold, exclusively. */
export interface CallersHold {
  readonly may: readonly ReadonlySet<number>[];
  readonly must: readonly ReadonlySet<number>[];
}

const NOTHING: ReadonlySet<number> = new Set();

/** What is held on entry, over all chains of calls: the union, and the intersection of what is held exclusively. */
export function callersHold({ activations }: Trace): CallersHold {
  const may: Set<number>[] = activations.map(() => new Set());
  const must: (ReadonlySet<number> | undefined)[] = activations.map(({ frame }) =>
    frame.caller === undefined ? NOTHING : undefined,
  );
  for (let changed = true; changed; ) {
    changed = false;
    for (const activation of activations) {
      const mayHere = may[activation.id];
      const mustHere = must[activation.id];
      for (const { callee, held } of activation.calls) {
        const mayThere = may[callee.id];
        const before = mayThere.size;
        for (const key of mayHere) mayThere.add(key);
        for (const { key, repeated } of held) if (!repeated) mayThere.add(key);
        changed ||= mayThere.size > before;
        if (mustHere === undefined) continue;
        const mustThere = must[callee.id];
        const along = exclusive(mustHere, held);
        if (mustThere === undefined) must[callee.id] = along;
        else if ([...mustThere].some((key) => !along.has(key)))
          must[callee.id] = new Set([...mustThere].filter((key) => along.has(key)));
        else continue;
        changed = true;
      }
    }
  }
  return { may, must: must.map((keys) => keys ?? NOTHING) };
}

function exclusive(above: ReadonlySet<number>, held: readonly Held[]): ReadonlySet<number> {
  const own = held.filter(isGate);
  return own.length === 0 ? above : new Set([...above, ...own.map(({ key }) => key)]);
}

/** What keeps other threads out while it is held. */
export function isGate({ mode, lock, repeated }: Held): boolean {
  return (
    mode === "write" &&
    !repeated &&
    lock.kind !== "map" &&
    lock.kind !== "rcu" &&
    lock.kind !== "srcu" &&
    lock.kind !== "completion"
  );
}

/** The locks, by key, that are held exclusively before `held[index]` was taken, whoever called. */
export function gatesBefore(
  callers: CallersHold,
  activation: Activation,
  held: readonly Held[],
  index: number,
): ReadonlySet<number> {
  return exclusive(callers.must[activation.id], held.slice(0, index));
}

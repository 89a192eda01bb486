import type { Activation, Trace } from "../trace/events.js";
import type { Held } from "../trace/state.js";

/** What the callers of each activation hold when they call it, over all chains of calls. */
export interface CallersHold {
  /** Whether some chain of calls holds this class, by its key. */
  may(activation: Activation, key: number): boolean;
  /** Whether every chain of calls holds this class, exclusively. */
  always(activation: Activation, key: number): boolean;
  /** The classes that every chain of calls holds exclusively, by key, ascending. */
  must(activation: Activation): readonly number[];
}

/** The union and the intersection over all ways of calling, as bit sets, to their fixed points. */
export function callersHold({ activations }: Trace): CallersHold {
  const index = new Map<number, number>();
  const keys: number[] = [];
  for (const { calls } of activations) {
    for (const { held } of calls) {
      for (const { key } of held) {
        if (index.has(key)) continue;
        index.set(key, keys.length);
        keys.push(key);
      }
    }
  }
  const words = (keys.length >> 5) + 1;
  const may = new Int32Array(activations.length * words);
  // An activation that nobody was seen to call yet: as if everything were held, which any call narrows down.
  const must = new Int32Array(activations.length * words).fill(-1);
  for (const { id, frame } of activations)
    if (frame.caller === undefined) must.fill(0, id * words, (id + 1) * words);
  // Activations that nobody holds anything over, as far as is known; and those that somebody calls so.
  const bare = new Uint8Array(activations.length).fill(1);
  const unguarded = new Uint8Array(activations.length);
  const own = new Int32Array(words);
  const gates = new Int32Array(words);
  const changedIn = new Int32Array(activations.length);
  for (let pass = 1, changed = true; changed; pass++) {
    changed = false;
    for (const { id, calls } of activations) {
      // A caller that did not change since its calls were last looked at has nothing new to hand down.
      if (changedIn[id] < pass - 1) continue;
      for (const { callee, held } of calls) {
        // Most calls are made with nothing held by anybody: the first such says all that there is to say.
        if (held.length === 0 && bare[id] === 1) {
          if (unguarded[callee.id] === 1) continue;
          unguarded[callee.id] = 1;
        }
        own.fill(0);
        gates.fill(0);
        for (const entry of held) {
          const bit = index.get(entry.key) ?? 0;
          if (!entry.repeated) own[bit >> 5] |= 1 << (bit & 31);
          if (isGate(entry)) gates[bit >> 5] |= 1 << (bit & 31);
        }
        for (let word = 0; word < words; word++) {
          const there = callee.id * words + word;
          const union = may[there] | may[id * words + word] | own[word];
          const common = must[there] & (must[id * words + word] | gates[word]);
          if (union === may[there] && common === must[there]) continue;
          if (union !== 0) bare[callee.id] = 0;
          may[there] = union;
          must[there] = common;
          changedIn[callee.id] = pass;
          changed = true;
        }
      }
    }
  }
  const has = (bits: Int32Array, { id }: Activation, bit: number) =>
    (bits[id * words + (bit >> 5)] & (1 << (bit & 31))) !== 0;
  return {
    may(activation, key) {
      const bit = index.get(key);
      return bit !== undefined && has(may, activation, bit);
    },
    always(activation, key) {
      const bit = index.get(key);
      return bit !== undefined && has(must, activation, bit);
    },
    must: (activation) => keys.filter((_, bit) => has(must, activation, bit)).sort((a, b) => a - b),
  };
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
  const own = held.slice(0, index).filter(isGate);
  return new Set([...callers.must(activation), ...own.map(({ key }) => key)]);
}

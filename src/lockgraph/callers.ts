import type { LockClass } from "../link/program.js";
import {
  type Activation,
  type Call,
  frameAfter,
  OTHER_PLANE,
  type Plane,
  SELF_PLANE,
  SIGNALED_PLANE,
  type Trace,
} from "../trace/events.js";
import type { Frame } from "../trace/frame.js";
import type { Held } from "../trace/state.js";
import { type Circle, settle } from "./call-order.js";
import { objectAt, planeAbove, shareLock } from "./objects.js";

/** A chain of calls from an entry point. */
export interface Chain {
  readonly entry: Activation;
  /** The frame in which it arrives. */
  readonly frame: () => Frame;
}

/** A lock that every chain of calls to an activation holds. */
export interface Gate {
  readonly key: number;
  readonly lock: LockClass;
  readonly exclusive: boolean;
  /** Of which object of the activation's own it is the lock; OTHER_PLANE where they do not agree, or know none. */
  readonly plane: Plane;
}

/** What the callers of each activation hold when they call it, over all chains of calls. */
export interface CallersHold {
  /** Whether some chain of calls holds a lock that `is` accepts. */
  may(activation: Activation, is: (held: Held) => boolean): boolean;
  /**
   * The entry points from which calls lead to an activation with nothing held on the way that `is` accepts, each by a
   * shortest chain.
   */
  chainsWithout(activation: Activation, is: (held: Held) => boolean): Iterable<Chain>;
  /** Whether there is no such chain. */
  always(activation: Activation, is: (held: Held) => boolean): boolean;
  /** Of the locks that `counts` accepts those that every chain of calls holds. */
  must(activation: Activation, counts: (lock: LockClass) => boolean): readonly Gate[];
}

/**
 * Calls turned round, and searches over them: few ask, and about few activations, so that nothing is worked out ahead.
 * @param circles all activations, callees first
 */
export function callersHold({ activations }: Trace, circles: readonly Circle[]): CallersHold {
  let calls: Calls | undefined;
  const of = (activation: Activation): readonly Call[] => {
    calls ??= turnedRound(activations);
    return calls.all.slice(calls.rows[activation.id], calls.rows[activation.id + 1]);
  };
  /** Backwards from the activation, over calls that hold nothing of the kind. */
  function* chainsWithout(activation: Activation, is: (held: Held) => boolean): Generator<Chain> {
    const seen = new Set([activation]);
    const queue: Way[] = [{ from: activation }];
    for (const way of queue) {
      if (isEntry(way.from)) yield { entry: way.from, frame: () => frameOf(way) };
      for (const call of of(way.from)) {
        if (seen.has(call.caller) || call.held.some(is)) continue;
        seen.add(call.caller);
        queue.push({ from: call.caller, call, rest: way });
      }
    }
  }
  const always = (activation: Activation, is: (held: Held) => boolean): boolean => {
    for (const _ of chainsWithout(activation, is)) return false;
    return true;
  };
  /** Whether every chain holds what `is` accepts, of the object that the activation knows by this plane. */
  const alwaysOn = (
    start: Activation,
    { scope }: LockClass,
    plane: Plane,
    is: (held: Held) => boolean,
  ): boolean => {
    const seen = new Set<string>();
    const queue = [{ activation: start, plane }];
    for (const here of queue) {
      if (here.plane === OTHER_PLANE || isEntry(here.activation)) return false;
      for (const call of of(here.activation)) {
        const { caller } = call;
        const object = objectAt(call, here.plane);
        const isHeld = (held: Held) =>
          is(held) && object !== undefined && shareLock(caller.frame, held.instance, object, scope);
        if (call.held.some(isHeld)) continue;
        const above = planeAbove(call, here.plane, scope);
        const id = `${caller.id} ${above}`;
        if (seen.has(id)) continue;
        seen.add(id);
        queue.push({ activation: caller, plane: above });
      }
    }
    return true;
  };
  /** Whatever all chains hold, the nearest does. */
  const candidatesAt = (activation: Activation): ReadonlyMap<number, Candidate> => {
    const candidates = new Map<number, Candidate>();
    for (let here: Activation | undefined = activation; here !== undefined && !isEntry(here); ) {
      const [nearest]: readonly (Call | undefined)[] = of(here);
      for (const held of nearest?.held ?? [])
        if (canGate(held)) candidates.set(held.key, { lock: held.lock });
      here = nearest?.caller;
    }
    return candidates;
  };
  const gatesAt = function* (activation: Activation, key: number, lock: LockClass): Generator<Gate> {
    const isShared = (held: Held) => held.key === key && canGate(held);
    if (!always(activation, isShared)) return;
    const isExclusive = (held: Held) => held.key === key && isGate(held);
    for (const [exclusive, is] of [
      [true, isExclusive],
      [false, isShared],
    ] as const) {
      for (const plane of [SELF_PLANE, SIGNALED_PLANE] as const)
        if (alwaysOn(activation, lock, plane, is)) yield { key, lock, exclusive, plane };
      if (always(activation, is)) yield { key, lock, exclusive, plane: OTHER_PLANE };
    }
  };
  let above: HeldAbove | undefined;
  const known = new Map<Activation, ReadonlyMap<number, Candidate>>();
  return {
    chainsWithout,
    may(activation, is) {
      above ??= heldAbove(activations, circles);
      return above.some(activation, is);
    },
    always,
    must(activation, counts) {
      let candidates = known.get(activation);
      if (candidates === undefined) {
        candidates = candidatesAt(activation);
        known.set(activation, candidates);
      }
      return [...candidates].flatMap(([key, candidate]) => {
        if (!counts(candidate.lock)) return [];
        candidate.gates ??= [...gatesAt(activation, key, candidate.lock)];
        return candidate.gates;
      });
    },
  };
}

/** A lock that may be held by all callers; with what was found, once somebody asked. */
interface Candidate {
  readonly lock: LockClass;
  gates?: readonly Gate[];
}

interface HeldAbove {
  some(activation: Activation, is: (held: Held) => boolean): boolean;
}

/** The union over all ways of calling, as bit sets: callers before their callees, so that most are looked at once. */
function heldAbove(activations: readonly Activation[], circles: readonly Circle[]): HeldAbove {
  const bits = new Map<number, number>();
  const locks: Held[] = [];
  for (const { calls } of activations) {
    for (const { held } of calls) {
      for (const entry of held) {
        if (entry.repeated || bits.has(entry.key)) continue;
        bits.set(entry.key, locks.length);
        locks.push(entry);
      }
    }
  }
  const words = (locks.length >> 5) + 1;
  const above = new Int32Array(activations.length * words);
  /** Those for which there is any; most activations are called with nothing held. */
  const some = new Uint8Array(activations.length);
  const handDown = ({ id, calls }: Activation): boolean => {
    let changed = false;
    for (const { callee, held } of calls) {
      if (held.length === 0 && some[id] === 0) continue;
      const there = callee.id * words;
      some[callee.id] = 1;
      for (const { key, repeated } of held) {
        const bit = bits.get(key) ?? 0;
        if (repeated || (above[there + (bit >> 5)] & (1 << (bit & 31))) !== 0) continue;
        above[there + (bit >> 5)] |= 1 << (bit & 31);
        changed = true;
      }
      if (some[id] === 0) continue;
      for (let word = 0; word < words; word++) {
        const here = above[id * words + word];
        if ((here & ~above[there + word]) === 0) continue;
        above[there + word] |= here;
        changed = true;
      }
    }
    return changed;
  };
  for (let i = circles.length - 1; i >= 0; i--) settle(circles[i], handDown);
  return {
    some: ({ id }, is) =>
      some[id] === 1 &&
      locks.some((held, bit) => (above[id * words + (bit >> 5)] & (1 << (bit & 31))) !== 0 && is(held)),
  };
}

/** A call, and how it goes on from there. */
interface Way {
  readonly from: Activation;
  readonly call?: Call;
  readonly rest?: Way;
}

function frameOf(way: Way): Frame {
  const calls: Call[] = [];
  for (let here: Way | undefined = way; here?.call !== undefined; here = here.rest) calls.push(here.call);
  return frameAfter(way.from, calls);
}

function isEntry({ frame }: Activation): boolean {
  return frame.caller === undefined;
}

/** Calls by callee: those of activation `id` are all[rows[id]] to all[rows[id + 1] - 1], by caller. */
interface Calls {
  readonly rows: Int32Array;
  readonly all: readonly Call[];
}

function turnedRound(activations: readonly Activation[]): Calls {
  const rows = new Int32Array(activations.length + 1);
  let count = 0;
  for (const { calls } of activations) {
    count += calls.length;
    for (const { callee } of calls) rows[callee.id + 1]++;
  }
  for (let id = 0; id < activations.length; id++) rows[id + 1] += rows[id];
  const next = rows.slice();
  const all: Call[] = Array(count);
  for (const { calls } of activations) for (const call of calls) all[next[call.callee.id]++] = call;
  return { rows, all };
}

/** What keeps other threads out while it is held. */
export function isGate(held: Held): boolean {
  return held.mode === "write" && canGate(held);
}

/** What keeps writers out, at least: no local_lock, of which each CPU has one, and no reader of a seqlock, who retries. */
export function canGate({ lock, mode, repeated }: Held): boolean {
  return (
    !repeated &&
    lock.kind !== "local_lock" &&
    (lock.kind !== "seqlock" || mode === "write") &&
    lock.kind !== "map" &&
    lock.kind !== "rcu" &&
    lock.kind !== "srcu" &&
    lock.kind !== "completion"
  );
}

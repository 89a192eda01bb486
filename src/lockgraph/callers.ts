import type { Activation, Call, Trace } from "../trace/events.js";
import type { Held } from "../trace/state.js";

/** One call, and who makes it. */
export interface Caller {
  readonly activation: Activation;
  readonly call: Call;
}

/** What the callers of each activation hold when they call it, over all chains of calls. */
export interface CallersHold {
  /** The calls of an activation. */
  of(activation: Activation): readonly Caller[];
  /** Whether some chain of calls holds a lock that `is` accepts. */
  may(activation: Activation, is: (held: Held) => boolean): boolean;
  /** Whether every chain of calls from an entry point holds a lock that `is` accepts. */
  always(activation: Activation, is: (held: Held) => boolean): boolean;
  /** The classes that every chain of calls holds exclusively, by key. */
  must(activation: Activation): ReadonlySet<number>;
}

/**
 * Calls turned round, and searches over them: few ask, and about few activations, so that nothing is worked out ahead.
 */
export function callersHold({ activations }: Trace): CallersHold {
  let turned: Caller[][] | undefined;
  const of = (activation: Activation): readonly Caller[] => {
    turned ??= turnedRound(activations);
    return turned[activation.id];
  };
  /** Whether `stop` is true of a caller, outwards from an activation, over the calls that `pass` lets through. */
  const outwards = (
    start: Activation,
    stop: (caller: Activation) => boolean,
    pass: (call: Call) => boolean,
  ): boolean => {
    const seen = new Set([start]);
    for (const here of seen) {
      if (stop(here)) return true;
      for (const { activation, call } of of(here)) if (pass(call)) seen.add(activation);
    }
    return false;
  };
  const always = (activation: Activation, is: (held: Held) => boolean): boolean =>
    !outwards(activation, isEntry, ({ held }) => !held.some(is));
  const known = new Map<Activation, ReadonlySet<number>>();
  return {
    of,
    may: (activation, is) =>
      outwards(
        activation,
        (here) => of(here).some(({ call }) => call.held.some((held) => !held.repeated && is(held))),
        () => true,
      ),
    always,
    must(activation) {
      let found = known.get(activation);
      if (found === undefined) {
        // Whatever all chains hold, the nearest does.
        const candidates = new Set<number>();
        for (let here: Activation | undefined = activation; here !== undefined && !isEntry(here); ) {
          const [nearest]: readonly (Caller | undefined)[] = of(here);
          for (const held of nearest?.call.held ?? []) if (isGate(held)) candidates.add(held.key);
          here = nearest?.activation;
        }
        const isAlways = (key: number) => always(activation, (held) => held.key === key && isGate(held));
        found = new Set([...candidates].filter(isAlways));
        known.set(activation, found);
      }
      return found;
    },
  };
}

function isEntry({ frame }: Activation): boolean {
  return frame.caller === undefined;
}

function turnedRound(activations: readonly Activation[]): Caller[][] {
  const callers: Caller[][] = activations.map(() => []);
  for (const activation of activations)
    for (const call of activation.calls) callers[call.callee.id].push({ activation, call });
  return callers;
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

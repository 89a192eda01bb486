import { classOfEvent, type LockClass, type Program } from "../link/program.js";
import { MODES, type Mode } from "../manifest/words.js";
import type { Acquisition, Activation, Call, Trace } from "../trace/events.js";
import { className, type Held, type Place, SUBCLASSES } from "../trace/state.js";
import { type CallersHold, callersHold } from "./callers.js";
import { type StrongComponents, strongComponents } from "./components.js";
import { type Graph, GraphBuilder } from "./graph.js";
import { kindOf } from "./kinds.js";
import { ENABLES_IRQS, Reach } from "./reach.js";
import { type Signaller, Signalling } from "./signalling.js";
import {
  ENABLED_HARDIRQ,
  ENABLED_HARDIRQ_READ,
  ENABLED_SOFTIRQ,
  ENABLED_SOFTIRQ_READ,
  IN_HARDIRQ,
  IN_HARDIRQ_READ,
  IN_SOFTIRQ,
  IN_SOFTIRQ_READ,
} from "./usage.js";

/** A class of the lock graph: a lock class with a subclass. */
export interface GraphClass {
  readonly lock: LockClass;
  readonly key: number;
  readonly name: string;
  /** For each usage bit the first place that was seen to have it. */
  readonly usage: Map<number, Place>;
  usageMask: number;
}

/** Where one dependency of one kind comes from: the lock held, and the place where the other is taken. */
export interface Evidence {
  readonly held: Held;
  readonly acquisition: Place;
  readonly mode: Mode;
}

/** One body that holds `from` while it, or what it calls, takes `to`. */
export interface Occurrence {
  readonly activation: Activation;
  readonly held: readonly Held[];
  /** Which of `held` is `from`. */
  readonly index: number;
  /** Where `to` is taken then: the nearest place. */
  readonly evidence: (to: number) => Evidence;
}

export interface Dependency {
  readonly from: number;
  readonly to: number;
  kinds: number;
  /** By kind, the first that was found: its chain is a shortest one. Put together when it is asked for. */
  readonly evidence: Map<number, () => Evidence>;
}

export interface LockGraph {
  readonly classes: readonly GraphClass[];
  readonly dependencies: ReadonlyMap<number, Dependency>;
  readonly graph: Graph;
  readonly strong: StrongComponents;
  readonly reach: Reach;
  readonly callers: CallersHold;
  readonly signalling: Signalling;
  dependency(from: number, to: number): Dependency | undefined;
  /** The number of a class by its key, where it takes part. */
  indexOf(key: number): number | undefined;
  /** All bodies that make a dependency. */
  occurrences(from: number, to: number): readonly Occurrence[];
}

/** Builds classes with their usage, and the dependencies between them, from everything that can run. */
export function buildLockGraph(program: Program, trace: Trace): LockGraph {
  const reach = new Reach(trace);
  const classes: GraphClass[] = [];
  const indices = new Map<number, number>();
  const dependencies = new Map<number, Dependency>();
  const classOf = (lock: LockClass, key: number): number => {
    let index = indices.get(key);
    if (index === undefined) {
      index = classes.length;
      indices.set(key, index);
      classes.push({ lock, key, name: className(lock, key % SUBCLASSES), usage: new Map(), usageMask: 0 });
    }
    return index;
  };
  const depend = (from: number, to: number, kind: number, evidence: () => Evidence): void => {
    if (from === to) return;
    const id = from * PAIR + to;
    let dependency = dependencies.get(id);
    if (dependency === undefined) {
      dependency = { from, to, kinds: 0, evidence: new Map() };
      dependencies.set(id, dependency);
    }
    if ((dependency.kinds & kind) !== 0) return;
    dependency.kinds |= kind;
    dependency.evidence.set(kind, evidence);
  };

  const known = new Map<number, readonly Occurrence[]>();
  let held: Map<number, HeldOver[]> | undefined;
  const combined = new Set<number>();
  for (const activation of trace.activations) {
    for (const acquisition of activation.acquisitions) {
      if (!orders(acquisition.lock)) continue;
      const to = classOf(acquisition.lock, acquisition.key);
      markUsage(classes[to], acquisition);
      if (acquisition.trylock || acquisition.nested || acquisition.recursionOn !== undefined) continue;
      for (const held of acquisition.held) {
        if (held.repeated || !orders(held.lock)) continue;
        const kind = kindOf(held.mode, acquisition.mode);
        depend(classOf(held.lock, held.key), to, kind, () => ({ held, acquisition, mode: acquisition.mode }));
      }
    }
    for (const event of activation.interruptsOn) for (const held of event.held) markEnabled(held, event);
    for (const call of activation.calls) {
      for (const held of call.held) {
        if (held.repeated || !orders(held.lock)) continue;
        if (reach.hasAnywhere(call.callee, ENABLES_IRQS))
          markEnabled(held, { hardirq: true, softirq: false });
        const once = call.callee.id * PAIR + held.key * 4 + MODES.indexOf(held.mode);
        if (combined.has(once)) continue;
        combined.add(once);
        const from = classOf(held.lock, held.key);
        reach.forEach(call.callee, (index) => {
          const { lock, key, mode } = reach.entry(index);
          if (key !== held.key)
            depend(from, classOf(lock, key), kindOf(held.mode, mode), () =>
              below(reach, activation, call, held, index),
            );
        });
      }
    }
  }
  function markEnabled(held: Held, event: { readonly hardirq: boolean; readonly softirq: boolean }): void {
    if (!orders(held.lock) || held.repeated) return;
    markHeldEnabled(classes[classOf(held.lock, held.key)], held, event);
  }

  const signalling = new Signalling(trace, reach);
  for (const signaller of signalling.signallers) {
    const lock = classOfEvent(program, signaller.event);
    const waitedFor = indices.get(lock.id * SUBCLASSES);
    if (waitedFor === undefined) continue;
    for (const index of signaller.needs) {
      const { lock: needed, key, mode } = reach.entry(index);
      depend(waitedFor, classOf(needed, key), kindOf("write", mode), () =>
        owed(signalling, signaller, lock, index, mode),
      );
    }
    // On an ordered queue, everything before it has to end first.
    const { frame } = signaller.activation;
    if (frame.body.queue !== undefined) {
      const { queue } = frame.body;
      const start = { frame, step: frame.body.steps[0] };
      depend(waitedFor, classOf(queue, queue.id * SUBCLASSES), kindOf("write", "write"), () => ({
        held: onTheWay(signaller, lock),
        acquisition: start,
        mode: "write",
      }));
    }
  }

  const builder = new GraphBuilder(dependencies.size);
  for (const { from, to, kinds } of dependencies.values()) builder.add(from, to, kinds);
  const graph = builder.graph(classes.length);
  return {
    classes,
    dependencies,
    graph,
    strong: strongComponents(graph),
    reach,
    callers: callersHold(trace),
    signalling,
    dependency: (from, to) => dependencies.get(from * PAIR + to),
    indexOf: (key) => indices.get(key),
    occurrences(from, to) {
      const id = from * PAIR + to;
      let found = known.get(id);
      if (found === undefined) {
        held ??= heldOver(trace, reach);
        found = (held.get(classes[from].key) ?? []).filter(({ takes }) => takes(classes[to].key));
        known.set(id, found);
      }
      return found;
    },
  };
}

/** A lock held over a call below which the other is taken: by the nearest place where it is. */
function below(reach: Reach, activation: Activation, call: Call, held: Held, index: number): Evidence {
  for (const { place, event } of reach.acquisitionsBelow(activation, call, index))
    return { held, acquisition: place, mode: event.mode };
  throw new Error(`nothing below ${call.callee.frame.body.name}() takes ${reach.entry(index).lock.name}`);
}

function owed(
  signalling: Signalling,
  signaller: Signaller,
  lock: LockClass,
  index: number,
  mode: Mode,
): Evidence {
  const acquisition = signalling.place(signaller, index);
  if (acquisition === undefined)
    throw new Error(
      `${signaller.activation.frame.body.name}() does not take what it needs to signal ${lock.name}`,
    );
  return { held: onTheWay(signaller, lock), acquisition, mode };
}

/** Being on the way to a signal, as if it were held from the signaller's first step on. */
function onTheWay(signaller: Signaller, lock: LockClass): Held {
  const { frame } = signaller.activation;
  return {
    frame,
    step: frame.body.steps[0],
    lock,
    key: lock.id * SUBCLASSES,
    instance: frame.self,
    mode: "write",
    trylock: false,
    restoresIrq: false,
    restoresBh: false,
    repeated: false,
    list: signaller,
  };
}

/** Where each class is held while something else is taken or called, by its key. */
interface HeldOver extends Occurrence {
  /** What is taken meanwhile, or below what is called. */
  readonly takes: (key: number) => boolean;
}

function heldOver({ activations }: Trace, reach: Reach): Map<number, HeldOver[]> {
  const found = new Map<number, HeldOver[]>();
  const note = (held: readonly Held[], make: (entry: Held, index: number) => HeldOver) => {
    held.forEach((entry, index) => {
      if (entry.repeated) return;
      const known = found.get(entry.key);
      if (known === undefined) found.set(entry.key, [make(entry, index)]);
      else known.push(make(entry, index));
    });
  };
  for (const activation of activations) {
    for (const acquisition of activation.acquisitions) {
      const { held, key: taken, trylock, nested, mode } = acquisition;
      if (trylock || nested) continue;
      const takes = (key: number) => key === taken;
      note(held, (entry, index) => ({
        activation,
        held,
        index,
        takes,
        evidence: () => ({ held: entry, acquisition, mode }),
      }));
    }
    for (const call of activation.calls) {
      const { held, callee } = call;
      if (held.length === 0) continue;
      const member = (key: number) => reach.membersOf(key).find((index) => reach.hasAnywhere(callee, index));
      const takes = (key: number) => member(key) !== undefined;
      note(held, (entry, index) => ({
        activation,
        held,
        index,
        takes,
        evidence: (to) => below(reach, activation, call, entry, member(to) ?? -1),
      }));
    }
  }
  return found;
}

/** Two class numbers as one key; classes stay far below it. */
const PAIR = 2 ** 26;

/** A class that stands for waiting, with no lock or lockdep_map of the kernel's behind it: interrupts do not matter to it. */
export function isWait(lock: LockClass): boolean {
  return lock.kind === "completion" || (lock.kind === "map" && lock.declaration === undefined);
}

/** rcu and srcu readers never wait, and nobody waits for them in this graph: they order nothing. */
function orders(lock: LockClass): boolean {
  return lock.kind !== "rcu" && lock.kind !== "srcu";
}

/** lockdep.c, mark_usage(): a trylock cannot be waited for in an interrupt, so it marks no use in one. */
function markUsage(lockClass: GraphClass, acquisition: Acquisition): void {
  if (isWait(acquisition.lock)) return;
  const read = acquisition.mode !== "write";
  if (!acquisition.trylock) {
    if (acquisition.context === "hardirq") mark(lockClass, read ? IN_HARDIRQ_READ : IN_HARDIRQ, acquisition);
    if (acquisition.context === "softirq") mark(lockClass, read ? IN_SOFTIRQ_READ : IN_SOFTIRQ, acquisition);
  }
  if (acquisition.irqsOff) return;
  mark(lockClass, read ? ENABLED_HARDIRQ_READ : ENABLED_HARDIRQ, acquisition);
  if (!acquisition.bhOff) mark(lockClass, read ? ENABLED_SOFTIRQ_READ : ENABLED_SOFTIRQ, acquisition);
}

/** lockdep.c, mark_held_locks(): interrupts come on while it is held. */
function markHeldEnabled(
  lockClass: GraphClass,
  held: Held,
  event: { readonly hardirq: boolean; readonly softirq: boolean },
): void {
  const read = held.mode !== "write";
  if (event.hardirq) mark(lockClass, read ? ENABLED_HARDIRQ_READ : ENABLED_HARDIRQ, held);
  if (event.softirq) mark(lockClass, read ? ENABLED_SOFTIRQ_READ : ENABLED_SOFTIRQ, held);
}

function mark(lockClass: GraphClass, bit: number, place: Place): void {
  if (lockClass.usageMask & bit) return;
  lockClass.usageMask |= bit;
  lockClass.usage.set(bit, place);
}

import { classOfEvent, type LockClass, type Program } from "../link/program.js";
import { MODES } from "../manifest/words.js";
import type { Trace } from "../trace/events.js";
import { className, type Held, SUBCLASSES } from "../trace/state.js";
import { calleesFirst } from "./call-order.js";
import { type CallersHold, callersHold } from "./callers.js";
import { type StrongComponents, strongComponents } from "./components.js";
import { Dependencies, type Dependency } from "./dependencies.js";
import { type Evidence, evidenceOf } from "./evidence.js";
import { type Graph, GraphBuilder } from "./graph.js";
import { kindName, kindOf } from "./kinds.js";
import { Occurrences } from "./occurrences.js";
import { ENABLES_IRQS, Reach } from "./reach.js";
import { Signalling } from "./signalling.js";
import { type GraphClass, markHeldEnabled, markUsage } from "./usage.js";

export interface LockGraph {
  readonly classes: readonly GraphClass[];
  readonly dependencies: readonly Dependency[];
  readonly graph: Graph;
  readonly strong: StrongComponents;
  readonly reach: Reach;
  readonly callers: CallersHold;
  readonly signalling: Signalling;
  dependency(from: number, to: number): Dependency | undefined;
  /**
   * Where a dependency of this kind comes from, by a shortest chain of calls.
   * @throws {Error} where there is none of this kind
   */
  evidence(from: number, to: number, kind: number): { dependency: Dependency; evidence: Evidence };
  /** The number of a class by its key, where it takes part. */
  indexOf(key: number): number | undefined;
  readonly occurrences: Occurrences;
}

/** Builds classes with their usage, and the dependencies between them, from everything that can run. */
export function buildLockGraph(program: Program, trace: Trace): LockGraph {
  const circles = calleesFirst(trace.activations);
  const reach = new Reach(trace, circles);
  const classes: GraphClass[] = [];
  const indices = new Map<number, number>();
  const dependencies = new Dependencies();
  const classOf = (lock: LockClass, key: number): number => {
    let index = indices.get(key);
    if (index === undefined) {
      index = classes.length;
      indices.set(key, index);
      classes.push({ lock, key, name: className(lock, key % SUBCLASSES), usage: new Map(), usageMask: 0 });
    }
    return index;
  };
  const markEnabled = (held: Held, event: { readonly hardirq: boolean; readonly softirq: boolean }): void => {
    if (orders(held.lock) && !held.repeated)
      markHeldEnabled(classes[classOf(held.lock, held.key)], held, event);
  };

  /** By held class and mode, what was found below the calls over which it is held. */
  const met = new Map<number, Int32Array>();
  for (const activation of trace.activations) {
    for (const acquisition of activation.acquisitions) {
      if (!orders(acquisition.lock)) continue;
      const to = classOf(acquisition.lock, acquisition.key);
      if (!isWait(acquisition.lock)) markUsage(classes[to], acquisition);
      if (acquisition.trylock || acquisition.nested || acquisition.recursionOn !== undefined) continue;
      for (const held of acquisition.held) {
        if (held.repeated || !orders(held.lock)) continue;
        const from = classOf(held.lock, held.key);
        const kind = kindOf(held.mode, acquisition.mode);
        if (!dependencies.has(from, to, kind))
          dependencies.add(from, to, { kind, how: "taken", held, acquisition });
      }
    }
    for (const event of activation.interruptsOn) for (const held of event.held) markEnabled(held, event);
    for (const call of activation.calls) {
      for (const held of call.held) {
        if (held.repeated || !orders(held.lock)) continue;
        if (reach.hasAnywhere(call.callee, ENABLES_IRQS))
          markEnabled(held, { hardirq: true, softirq: false });
        const from = classOf(held.lock, held.key);
        const way = held.key * 4 + MODES.indexOf(held.mode);
        let before = met.get(way);
        if (before === undefined) {
          before = reach.none();
          met.set(way, before);
        }
        reach.forEachNew(call.callee, before, (member) => {
          const { lock, key, mode } = reach.entry(member);
          const to = classOf(lock, key);
          const kind = kindOf(held.mode, mode);
          if (!dependencies.has(from, to, kind))
            dependencies.add(from, to, { kind, how: "below", held, call, member });
        });
      }
    }
  }

  const signalling = new Signalling(trace, reach);
  for (const signaller of signalling.signallers) {
    const lock = classOfEvent(program, signaller.event);
    const waitedFor = indices.get(lock.id * SUBCLASSES);
    if (waitedFor === undefined) continue;
    for (const member of signaller.needs) {
      const { lock: needed, key, mode } = reach.entry(member);
      const to = classOf(needed, key);
      const kind = kindOf("write", mode);
      if (!dependencies.has(waitedFor, to, kind))
        dependencies.add(waitedFor, to, { kind, how: "owed", signaller, lock, member });
    }
    // On an ordered queue, everything before it has to end first.
    const { queue } = signaller.activation.frame.body;
    if (queue === undefined) continue;
    const to = classOf(queue, queue.id * SUBCLASSES);
    const kind = kindOf("write", "write");
    if (!dependencies.has(waitedFor, to, kind))
      dependencies.add(waitedFor, to, { kind, how: "queued", signaller, lock });
  }

  const builder = new GraphBuilder(dependencies.all.length);
  for (const { from, to, kinds } of dependencies.all) builder.add(from, to, kinds);
  const graph = builder.graph(classes.length);
  return {
    classes,
    dependencies: dependencies.all,
    graph,
    strong: strongComponents(graph),
    reach,
    callers: callersHold(trace, circles),
    signalling,
    dependency: (from, to) => dependencies.get(from, to),
    evidence(from, to, kind) {
      const dependency = dependencies.get(from, to);
      const found = dependency?.sources.find((one) => one.kind === kind);
      if (dependency === undefined || found === undefined)
        throw new Error(`no evidence of ${classes[from].name} -${kindName(kind)}-> ${classes[to].name}`);
      return { dependency, evidence: evidenceOf(found, reach, signalling) };
    },
    indexOf: (key) => indices.get(key),
    occurrences: new Occurrences(trace, reach),
  };
}

/** A class that stands for waiting, with no lock or lockdep_map of the kernel's behind it: interrupts do not matter to it. */
export function isWait(lock: LockClass): boolean {
  return lock.kind === "completion" || (lock.kind === "map" && lock.declaration === undefined);
}

/** rcu and srcu readers never wait, and nobody waits for them in this graph: they order nothing. */
function orders(lock: LockClass): boolean {
  return lock.kind !== "rcu" && lock.kind !== "srcu";
}

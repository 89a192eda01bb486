import type { LockClass } from "../link/program.js";
import type { Acquisition, InterruptsOn, Trace } from "../trace/events.js";
import { className, type Held, type Place, SUBCLASSES } from "../trace/state.js";
import { type StrongComponents, strongComponents } from "./components.js";
import { type Graph, GraphBuilder } from "./graph.js";
import { kindOf } from "./kinds.js";
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
  readonly name: string;
  /** For each usage bit the first place that was seen to have it. */
  readonly usage: Map<number, Place>;
  usageMask: number;
}

/** Where one dependency of one kind comes from. */
export interface Evidence {
  readonly held: Held;
  readonly acquisition: Place;
}

export interface Dependency {
  readonly from: number;
  readonly to: number;
  kinds: number;
  /** By kind, the first that was found: its chain is a shortest one. */
  readonly evidence: Map<number, Evidence>;
  /** Classes that were held exclusively, and before `from`, every time this dependency was made. */
  gates: readonly Held[];
  /** Classes held below `from` some time when `to` was taken: each has a dependency on `to` of its own from there. */
  readonly below: Set<number>;
}

export interface LockGraph {
  readonly classes: readonly GraphClass[];
  readonly dependencies: ReadonlyMap<number, Dependency>;
  readonly graph: Graph;
  readonly strong: StrongComponents;
  dependency(from: number, to: number): Dependency | undefined;
  /** The number of a class by its key, where it takes part. */
  indexOf(key: number): number | undefined;
}

/** Builds classes with their usage, and the dependencies between them, from everything that the entry points do. */
export function buildLockGraph(trace: Trace): LockGraph {
  const classes: GraphClass[] = [];
  const indices = new Map<number, number>();
  const dependencies = new Map<number, Dependency>();
  const builder = new GraphBuilder(256);
  const classOf = (lock: LockClass, key: number): number => {
    let index = indices.get(key);
    if (index === undefined) {
      index = classes.length;
      indices.set(key, index);
      classes.push({ lock, name: className(lock, key % SUBCLASSES), usage: new Map(), usageMask: 0 });
    }
    return index;
  };
  const depend = (held: Held, to: number, place: Place, kind: number, gates: readonly Held[]): Dependency | undefined => {
    const from = classOf(held.lock, held.key);
    if (from === to) return undefined;
    const id = from * PAIR + to;
    let dependency = dependencies.get(id);
    if (dependency === undefined) {
      dependency = { from, to, kinds: 0, evidence: new Map(), gates, below: new Set() };
      dependencies.set(id, dependency);
    } else if (dependency.gates.length > 0) {
      dependency.gates = dependency.gates.filter((gate) => gates.some((other) => other.key === gate.key));
    }
    if ((dependency.kinds & kind) === 0) {
      dependency.kinds |= kind;
      dependency.evidence.set(kind, { held, acquisition: place });
    }
    return dependency;
  };

  for (const acquisition of trace.acquisitions) {
    if (!orders(acquisition.lock)) continue;
    const to = classOf(acquisition.lock, acquisition.key);
    markUsage(classes[to], acquisition);
    if (acquisition.trylock || acquisition.nested || acquisition.recursionOn !== undefined) continue;
    const { held } = acquisition;
    for (let i = 0; i < held.length; i++) {
      const from = held[i];
      if (from.repeated || !orders(from.lock)) continue;
      const kind = kindOf(from.mode, acquisition.mode);
      const dependency = depend(from, to, acquisition, kind, gatesBelow(held, i));
      for (let j = 0; j < i && dependency !== undefined; j++) {
        if (!held[j].repeated && orders(held[j].lock)) dependency.below.add(classOf(held[j].lock, held[j].key));
      }
    }
    for (const lock of acquisition.owes) {
      const owed: Held = { ...acquisition, lock, key: lock.id * SUBCLASSES, mode: "write", trylock: false, restoresIrq: false, restoresBh: false, repeated: false, list: acquisition };
      depend(owed, to, acquisition, kindOf("write", acquisition.mode), []);
    }
  }
  for (const event of trace.interruptsOn) {
    for (const held of event.held) if (orders(held.lock) && !held.repeated) markEnabled(classes[classOf(held.lock, held.key)], held, event);
  }
  for (const { from, to, kinds } of dependencies.values()) builder.add(from, to, kinds);
  const graph = builder.graph(classes.length);
  return {
    classes,
    dependencies,
    graph,
    strong: strongComponents(graph),
    dependency: (from, to) => dependencies.get(from * PAIR + to),
    indexOf: (key) => indices.get(key),
  };
}

/** Two class numbers as one key; classes stay far below it. */
const PAIR = 2 ** 26;

/** rcu and srcu readers never wait, and nobody waits for them in this graph: they order nothing. */
function orders(lock: LockClass): boolean {
  return lock.kind !== "rcu" && lock.kind !== "srcu";
}

/** What was held exclusively when the lock at `index` was taken: nobody else can stand between the two meanwhile. */
function gatesBelow(held: readonly Held[], index: number): readonly Held[] {
  const gates: Held[] = [];
  for (let i = 0; i < index; i++) {
    if (held[i].mode === "write" && held[i].lock.kind !== "map" && !held[i].repeated && orders(held[i].lock)) gates.push(held[i]);
  }
  return gates;
}

/** lockdep.c, mark_usage(): a trylock cannot be waited for in an interrupt, so it marks no use in one. */
function markUsage(lockClass: GraphClass, acquisition: Acquisition): void {
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
function markEnabled(lockClass: GraphClass, held: Held, event: InterruptsOn): void {
  const read = held.mode !== "write";
  if (event.hardirq) mark(lockClass, read ? ENABLED_HARDIRQ_READ : ENABLED_HARDIRQ, held);
  if (event.softirq) mark(lockClass, read ? ENABLED_SOFTIRQ_READ : ENABLED_SOFTIRQ, held);
}

function mark(lockClass: GraphClass, bit: number, place: Place): void {
  if (lockClass.usageMask & bit) return;
  lockClass.usageMask |= bit;
  lockClass.usage.set(bit, place);
}

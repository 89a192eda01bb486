import { classOfEvent, type Program } from "../link/program.js";
import type { Trace } from "../trace/events.js";
import { calleesFirst } from "./call-order.js";
import { type CallersHold, callersHold } from "./callers.js";
import { Collector } from "./collector.js";
import { type StrongComponents, strongComponents } from "./components.js";
import type { Dependency } from "./dependencies.js";
import { type Evidence, evidenceOf } from "./evidence.js";
import { type Graph, GraphBuilder } from "./graph.js";
import { kindName } from "./kinds.js";
import { type LeadingTo, leadingTo } from "./leading.js";
import { Occurrences } from "./occurrences.js";
import { Reach } from "./reach.js";
import { Signalling } from "./signalling.js";
import type { GraphClass } from "./usage.js";

export interface LockGraph {
  readonly classes: readonly GraphClass[];
  readonly dependencies: readonly Dependency[];
  readonly graph: Graph;
  readonly leadingTo: LeadingTo;
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
  const collected = new Collector(reach);
  for (const activation of trace.activations) collected.addActivation(activation);
  const signalling = new Signalling(program, trace, reach, circles);
  for (const signaller of signalling.signallers)
    collected.addSignaller(signaller, classOfEvent(program, signaller.event));
  const { classes, dependencies } = collected;
  const builder = new GraphBuilder(dependencies.all.length);
  for (const { from, to, kinds } of dependencies.all) builder.add(from, to, kinds);
  const graph = builder.graph(classes.length);
  return {
    classes,
    dependencies: dependencies.all,
    graph,
    leadingTo: leadingTo(classes, graph, (key) => collected.indexOf(key)),
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
    indexOf: (key) => collected.indexOf(key),
    occurrences: new Occurrences(trace, reach),
  };
}

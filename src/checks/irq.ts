import { edgeOf } from "../lockgraph/graph.js";
import { ARRIVED_N, ARRIVED_R, EXCLUSIVE, kindName, kindOf, NOT_RECURSIVE } from "../lockgraph/kinds.js";
import type { LockGraph } from "../lockgraph/lock-graph.js";
import type { Path } from "../lockgraph/paths.js";
import { type GraphClass, IRQ_STATES, type IrqState, type UsageBits } from "../lockgraph/usage.js";
import { taker as takerOf } from "../manifest/kernel-functions.js";
import type { Mode } from "../manifest/words.js";
import type { Place } from "../trace/state.js";
import { evidence } from "./evidence.js";
import type { Finding, FindingDependency, ScheduleColumn } from "./finding.js";
import { type Check, type CheckInput, finding } from "./input.js";
import { dependencyOf } from "./lock-order.js";
import { call, MOST_CPUS } from "./schedule.js";
import { subjectOf, takenAround } from "./subject.js";
import { SLEEP, WAIT_TYPE } from "./wait-types.js";
import { whose } from "./words.js";

/**
 * lockdep.c, mark_lock_irq() and valid_state(): a class may not be taken in an interrupt and also with that interrupt
 * enabled, unless both are reads.
 */
export const irqInconsistent: Check = ({ locks }) => {
  const [hardirq, softirq] = IRQ_STATES;
  const found: Finding[] = [];
  for (const lockClass of locks.classes) {
    const problem = inconsistent(lockClass, hardirq) ?? inconsistent(lockClass, softirq);
    if (problem !== undefined) found.push(problem);
  }
  return found;
};

function inconsistent(lockClass: GraphClass, bits: UsageBits): Finding | undefined {
  const { usage, usageMask, name } = lockClass;
  if (!(usageMask & (bits.inIrq | bits.inIrqRead))) return undefined;
  const [inWrite, inRead] = [usage.get(bits.inIrq), usage.get(bits.inIrqRead)];
  const [onWrite, onRead] = [usage.get(bits.enabled), usage.get(bits.enabledRead)];
  const inIrq = inWrite ?? inRead;
  const enabled = onWrite ?? (inWrite === undefined ? undefined : onRead);
  if (inIrq === undefined || enabled === undefined) return undefined;
  const { state } = bits;
  const subject = subjectOf([{ place: enabled }, { place: inIrq }]);
  const [taker, interrupter] = [enabled.frame.body.name, inIrq.frame.body.name];
  return finding({
    rule: "irq-inconsistent",
    certainty: "possible",
    message: `${whose(subject, name)}: ${name} is taken in ${state} by ${interrupter}(), and with ${state}s enabled by ${taker}()`,
    help: irqSafely(lockClass, state, taker, interrupter),
    ...subject,
    holds: [...new Set([enabled, inIrq].flatMap(takenAround))],
    locks: [name],
    detail: [state],
    dependencies: [usageEvidence(name, enabled), usageEvidence(name, inIrq)],
    schedule: [
      { cpu: 0, steps: [call(modeAt(enabled), name), "<Interrupt>", `  ${call(modeAt(inIrq), name)}`] },
    ],
  });
}

/** What would mend it: a lock that one sleeps for is nothing for an interrupt in any case. */
function irqSafely({ name, lock }: GraphClass, state: IrqState, taker: string, interrupter: string): string {
  if (WAIT_TYPE[lock.kind].outer >= SLEEP)
    return `do not take ${name}, a ${lock.kind}, in ${interrupter}(): leave that to a work item`;
  return `take ${name} in ${taker}() with ${takerOf(lock.kind, "write", state === "hardirq" ? "_irqsave" : "_bh")}`;
}

/**
 * lockdep.c, check_irq_usage() and check_usage_forwards(): a class A that is taken in an interrupt leads by a strong
 * path to a class B that is taken with that interrupt enabled. The holder of B is interrupted, the handler waits for
 * A, and A's holder for B. The circle must be strong as a whole: where the path begins with a shared holder of A, only
 * a writer in the interrupt waits; where it ends in a recursive read of B, only a writer of B is waited for.
 */
export const irqInversion: Check = (input) => {
  const hardirq = nearest(input.locks, candidates(input, IRQ_STATES[0]));
  const known = new Set(hardirq.map(({ path }) => `${path[0]} ${path[path.length - 1]}`));
  // A softirq can come in wherever a hardirq can: with the one mended, the other is.
  const softirq = nearest(input.locks, candidates(input, IRQ_STATES[1])).filter(
    ({ path }) => !known.has(`${path[0]} ${path[path.length - 1]}`),
  );
  return [...hardirq, ...softirq].map(({ bits, path }) => inversion(input.locks, bits, path));
};

/** A strong path from a class taken in an interrupt to one taken with that interrupt enabled. */
interface Inversion {
  readonly bits: UsageBits;
  readonly path: Path;
}

function candidates(input: CheckInput, bits: UsageBits): Inversion[] {
  const { locks, search } = input;
  const found: Inversion[] = [];
  const isEnabled = ({ usageMask }: GraphClass) => (usageMask & (bits.enabled | bits.enabledRead)) !== 0;
  if (!locks.classes.some(isEnabled)) return found;
  locks.classes.forEach((safe, source) => {
    if (isWaitOrPerCpu(safe) || !(safe.usageMask & (bits.inIrq | bits.inIrqRead))) return;
    // A recursive read in the interrupt only waits for a writer of A.
    const byWriter = (safe.usageMask & bits.inIrq) !== 0;
    const reported = new Set<number>();
    search.each(source, byWriter ? ARRIVED_N : ARRIVED_R, (node, arrived, path) => {
      const unsafe = locks.classes[node];
      if (isWaitOrPerCpu(unsafe) || node === source) return false;
      const wanted = arrived === ARRIVED_N ? bits.enabled | bits.enabledRead : bits.enabled;
      if (!(unsafe.usageMask & wanted)) {
        // A nearer class that is safe itself has the finding of its own.
        return !(unsafe.usageMask & bits.inIrq);
      }
      if (!reported.has(node)) {
        reported.add(node);
        found.push({ bits, path: path() });
      }
      return false;
    });
  });
  return found;
}

/**
 * Of several classes that lead to the same unsafe one, those that do not lead there by way of another of them: the
 * outer ones have the problem only through the inner. One is always left, since a class is dropped only for one kept;
 * of those that lead to each other it is the last by name, however they are numbered.
 */
function nearest(locks: LockGraph, all: readonly Inversion[]): Inversion[] {
  const nameOf = ({ path }: Inversion) => locks.classes[path[0]].name;
  const kept = new Set([...all].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)));
  for (const one of [...kept]) {
    const [source, target] = [one.path[0], one.path[one.path.length - 1]];
    const inner = [...kept].some(
      ({ path }) =>
        path[0] !== source &&
        path[path.length - 1] === target &&
        locks.dependency(source, path[0]) !== undefined,
    );
    if (inner) kept.delete(one);
  }
  return [...kept];
}

/** A local_lock is no lock but a preemption count (lockdep.c, usage_skip()); nobody is interrupted holding a wait. */
function isWaitOrPerCpu({ lock }: GraphClass): boolean {
  return lock.kind === "local_lock" || lock.kind === "map" || lock.kind === "completion";
}

function inversion(locks: LockGraph, bits: UsageBits, path: Path): Finding {
  const { state } = bits;
  const names = path.map((index) => locks.classes[index].name);
  const [safe, unsafe] = [names[0], names[names.length - 1]];
  const links = pathLinks(locks, path);
  const inIrq = usageOf(locks.classes[path[0]], bits.inIrq, bits.inIrqRead);
  const enabled = usageOf(locks.classes[path[path.length - 1]], bits.enabled, bits.enabledRead);
  const places = [
    { place: inIrq },
    ...links.map(({ evidence: { held, acquisition } }) => ({ place: acquisition, held })),
    { place: enabled },
  ];
  const subject = subjectOf(places);
  const lastHolder = enabled.frame.body.name;
  return finding({
    rule: "irq-inversion",
    certainty: "possible",
    message: `${whose(subject, safe)}: ${safe} is taken in ${state} and leads to ${unsafe} (${names.join(" -> ")}), which ${lastHolder}() takes with ${state}s enabled`,
    help: `take ${unsafe} in ${lastHolder}() with ${state}s disabled, or not under ${names[names.length - 2]}`,
    ...subject,
    locks: names,
    detail: [state],
    dependencies: [
      usageEvidence(safe, inIrq),
      ...links.map((link) => dependencyOf(locks, link)),
      usageEvidence(unsafe, enabled),
    ],
    schedule: inversionSchedule(names, modeAt(enabled), modeAt(inIrq)),
  });
}

/** CPU 0 holds the unsafe lock and is interrupted for the safe one; the other CPUs hold the path between them. */
function inversionSchedule(names: readonly string[], unsafe: Mode, safe: Mode): ScheduleColumn[] {
  const between = names.length - 1;
  if (between >= MOST_CPUS) return [];
  const rows = 1 + 2 + 2 * between + 2;
  const column = (cpu: number, at: readonly [number, string][]): ScheduleColumn => {
    const steps: string[] = Array(rows).fill("");
    for (const [row, text] of at) steps[row] = text;
    return { cpu, steps };
  };
  const columns = [
    column(0, [
      [0, call(unsafe, names[names.length - 1])],
      [rows - 2, "<Interrupt>"],
      [rows - 1, `  ${call(safe, names[0])}`],
    ]),
  ];
  for (let i = 0; i < between; i++) {
    columns.push(
      column(i + 1, [
        ...(i === 0 ? ([[1, "local_irq_disable();"]] as [number, string][]) : []),
        [2 + i, call("write", names[i])],
        [3 + between + i, call("write", names[i + 1])],
      ]),
    );
  }
  return dropIdleRows(columns);
}

function dropIdleRows(columns: readonly ScheduleColumn[]): ScheduleColumn[] {
  const busy = columns[0].steps.map((_, row) => columns.some(({ steps }) => steps[row] !== ""));
  return columns.map(({ cpu, steps }) => ({ cpu, steps: steps.filter((_, row) => busy[row]) }));
}

function pathLinks(locks: LockGraph, path: Path) {
  return path.slice(1).map((to, i) => {
    const from = path[i];
    const kinds = locks.graph.kinds[edgeOf(locks.graph, from, to)];
    const kind =
      [EXCLUSIVE & NOT_RECURSIVE, NOT_RECURSIVE & ~EXCLUSIVE, EXCLUSIVE & ~NOT_RECURSIVE].find(
        (bit) => kinds & bit,
      ) ?? kinds;
    return { kind, ...locks.evidence(from, to, kind) };
  });
}

function usageOf(lockClass: GraphClass, write: number, read: number): Place {
  const place = lockClass.usage.get(write) ?? lockClass.usage.get(read);
  if (place === undefined) throw new Error(`${lockClass.name} is not used as its usage mask says`);
  return place;
}

/** How a lock is used, as a dependency of it on itself: through the interrupt. */
function usageEvidence(name: string, place: Place): FindingDependency {
  const mode = modeAt(place);
  return { from: name, to: name, kind: kindName(kindOf(mode, mode)), evidence: evidence(place).report };
}

function modeAt({ step }: Place): Mode {
  return step.step.kind === "lock" ? step.step.mode : "write";
}

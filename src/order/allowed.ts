import type { Examination } from "../analysis/examine.js";
import { isWait } from "../checks/fence-wait.js";
import type { Finding } from "../checks/finding.js";
import type { RuleName } from "../checks/rules.js";
import { NO_CHECK, WAIT_TYPE } from "../checks/wait-types.js";
import { article, list } from "../checks/words.js";
import { ARRIVED_N, ARRIVED_R } from "../lockgraph/kinds.js";
import { PathSearch } from "../lockgraph/paths.js";
import type { GraphClass } from "../lockgraph/usage.js";
import { IRQ_STATES, type UsageBits } from "../lockgraph/usage.js";
import type { NamedClass } from "../query/names.js";
import { pathNames, shortestPath } from "../query/path.js";

/** What is against taking one lock under another. */
export interface Obstacle {
  /** The rule that `analyze` would report it by. */
  readonly rule: RuleName;
  readonly why: string;
  /** The locks that lead there, where there is such a path. */
  readonly path?: readonly string[];
  /** The id of the finding that tells of that path already. */
  readonly finding?: string;
}

/** Whether `inner` may be taken with `outer` held, both for write. */
export interface Permission {
  readonly outer: string;
  readonly inner: string;
  readonly allowed: boolean;
  /** Whether that happens already. */
  readonly taken: boolean;
  readonly obstacles: readonly Obstacle[];
  /** The documented order that has `outer` before `inner`. */
  readonly documented?: readonly string[];
  /** What goes against that order: at fault is what does so, not who keeps to it. */
  readonly contradictions: readonly Obstacle[];
}

/** What would be wrong with taking `inner` under `outer`, beside what is there now. */
export function permission(examination: Examination, outer: NamedClass, inner: NamedClass): Permission {
  const { locks } = examination.checked;
  const order = documented(examination, outer, inner);
  const against = order === undefined ? documented(examination, inner, outer) : undefined;
  const cycles = cycle(examination, outer, inner);
  const obstacles: Obstacle[] =
    outer.name === inner.name
      ? [{ rule: "self-deadlock", why: `${outer.name} would be taken under itself` }]
      : [
          ...(order === undefined ? cycles : []),
          ...(against === undefined ? [] : [contradicts(against)]),
          ...(waiting(outer, inner) ?? interrupts(examination, outer, inner)),
        ];
  const taken =
    outer.index !== undefined &&
    inner.index !== undefined &&
    locks.dependency(outer.index, inner.index) !== undefined;
  return {
    outer: outer.name,
    inner: inner.name,
    allowed: obstacles.length === 0,
    taken,
    obstacles,
    documented: order,
    contradictions: order === undefined ? [] : cycles,
  };
}

function cycle({ checked }: Examination, outer: NamedClass, inner: NamedClass): Obstacle[] {
  if (outer.index === undefined || inner.index === undefined) return [];
  const back = shortestPath(checked.locks, inner.index, outer.index);
  if (back?.strong !== true) return [];
  const path = pathNames(checked.locks, back);
  const waits = back.path.some((index) => isWait(checked.locks, index));
  const between = path.slice(1, -1);
  const reverse =
    between.length === 0
      ? `${outer.name} is taken under ${inner.name} already`
      : `${outer.name} is never taken directly under ${inner.name}, but by way of ${list(between)}`;
  const why = `${reverse}: the two orders would make a cycle`;
  return [
    { rule: waits ? "fence-wait" : "lock-order", why, path, finding: findingOf(checked.findings, path) },
  ];
}

/** The finding that has every link of this path among its own, if there is one: the one that says least beside. */
function findingOf(findings: readonly Finding[], path: readonly string[]): string | undefined {
  return findings
    .filter(({ dependencies }) =>
      path.slice(1).every((to, i) => dependencies.some((link) => link.from === path[i] && link.to === to)),
    )
    .sort((a, b) => a.dependencies.length - b.dependencies.length)[0]?.id;
}

/** The documented order that has the one before the other (dma-resv.c, dma_resv_lockdep(), say). */
function documented(
  { policy }: Examination,
  outer: NamedClass,
  inner: NamedClass,
): readonly string[] | undefined {
  return policy.order.find(
    (order) => order.includes(outer.name) && order.indexOf(outer.name) < order.indexOf(inner.name),
  );
}

function contradicts(order: readonly string[]): Obstacle {
  return { rule: "declared-order", why: `the documented order is ${order.join(" > ")}` };
}

/** lockdep.c, check_wait_context(). What sleeps is taken with interrupts enabled anyway: that need not be told, too. */
function waiting(outer: NamedClass, inner: NamedClass): Obstacle[] | undefined {
  const limit = WAIT_TYPE[outer.lock.kind].inner;
  const needed = WAIT_TYPE[inner.lock.kind].outer;
  if (limit === NO_CHECK || needed <= limit) return undefined;
  const why = `${inner.name} is ${article(inner.lock.kind)}, which may not be waited for under ${outer.name}, ${article(outer.lock.kind)}`;
  return [{ rule: "wait-context", why }];
}

/**
 * lockdep.c, check_irq_usage(): nothing that is taken in an interrupt may come to wait, over `outer` and then `inner`,
 * for what is taken with that interrupt enabled.
 */
function interrupts({ checked: { locks } }: Examination, outer: NamedClass, inner: NamedClass): Obstacle[] {
  const [from, to] = [outer.index, inner.index];
  if (from === undefined || to === undefined) return [];
  const search = new PathSearch(locks.graph);
  return IRQ_STATES.flatMap((bits): Obstacle[] => {
    const unsafe = isUnsafe(locks.classes[to], bits)
      ? [to]
      : search.shortest(to, ARRIVED_N, (node, how) => isUnsafe(locks.classes[node], bits, how));
    if (unsafe === undefined) return [];
    const safe = locks.classes
      .map((lockClass, index) => {
        if (!isSafe(lockClass, bits)) return undefined;
        const start = lockClass.usageMask & bits.inIrq ? ARRIVED_N : ARRIVED_R;
        return index === from ? [from] : search.shortest(index, start, (node) => node === from);
      })
      .filter((path) => path !== undefined)
      .sort((a, b) => a.length - b.length)[0];
    if (safe === undefined) return [];
    const path = [...safe, ...unsafe].map((index) => locks.classes[index].name);
    const why = `${path[0]} is taken in ${bits.state}, and would lead to ${path[path.length - 1]}, which is taken with ${bits.state}s enabled`;
    return [{ rule: "irq-inversion", why, path }];
  });
}

function isSafe(lockClass: GraphClass, bits: UsageBits): boolean {
  return countsInInterrupts(lockClass) && (lockClass.usageMask & (bits.inIrq | bits.inIrqRead)) !== 0;
}

function isUnsafe(lockClass: GraphClass, bits: UsageBits, arrived: number = ARRIVED_N): boolean {
  const wanted = arrived === ARRIVED_N ? bits.enabled | bits.enabledRead : bits.enabled;
  return countsInInterrupts(lockClass) && (lockClass.usageMask & wanted) !== 0;
}

/** A local_lock is a preemption count (lockdep.c, usage_skip()); nobody is interrupted holding a wait. */
function countsInInterrupts({ lock }: GraphClass): boolean {
  return lock.kind !== "local_lock" && lock.kind !== "map" && lock.kind !== "completion";
}

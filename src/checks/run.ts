import type { Program } from "../link/program.js";
import type { LeftOut } from "../lockgraph/cycles.js";
import { buildLockGraph, type LockGraph } from "../lockgraph/lock-graph.js";
import { PathSearch } from "../lockgraph/paths.js";
import { compare } from "../source/compare.js";
import type { Trace } from "../trace/events.js";
import { callbackUnderLock } from "./callback-under-lock.js";
import { declaredOrder } from "./declared-order.js";
import type { Finding } from "./finding.js";
import { missingLock, unbalanced } from "./held.js";
import type { Check } from "./input.js";
import { irqInconsistent, irqInversion } from "./irq.js";
import { noGracePeriod, unprotectedReturn } from "./lifetime.js";
import { cycleRules } from "./order.js";
import { bySeverity } from "./rules.js";
import { selfDeadlock } from "./self-deadlock.js";
import { selfWait } from "./self-wait.js";
import { waitContext } from "./wait-context.js";

const CHECKS: readonly Check[] = [
  selfDeadlock,
  selfWait,
  irqInconsistent,
  irqInversion,
  waitContext,
  missingLock,
  declaredOrder,
  unbalanced,
  callbackUnderLock,
  unprotectedReturn,
  noGracePeriod,
];

export interface Checked {
  readonly locks: LockGraph;
  /** Errors first, then warnings, then notes; by driver, rule and locks within. */
  readonly findings: readonly Finding[];
  readonly leftOut?: LeftOut;
}

/** Runs every check over a trace. */
export function runChecks(program: Program, trace: Trace): Checked {
  const locks = buildLockGraph(program, trace);
  const input = { program, trace, locks, search: new PathSearch(locks.graph) };
  const cycles = cycleRules(input);
  const findings = once([...CHECKS.flatMap((check) => check(input)), ...cycles.findings]);
  return { locks, findings: findings.sort(byImportance), leftOut: cycles.leftOut };
}

/** Each fingerprint once: the first, which has the shortest evidence. */
function once(findings: readonly Finding[]): Finding[] {
  const byId = new Map<string, Finding>();
  for (const finding of findings) if (!byId.has(finding.id)) byId.set(finding.id, finding);
  return [...byId.values()];
}

function byImportance(a: Finding, b: Finding): number {
  return (
    bySeverity(a, b) ||
    compare(a.drivers.join(), b.drivers.join()) ||
    compare(a.rule, b.rule) ||
    a.locks.length - b.locks.length ||
    compare(a.locks.join(), b.locks.join()) ||
    compare(a.id, b.id)
  );
}

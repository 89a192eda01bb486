import type { Report } from "../../analysis/report.js";
import type { Finding, FindingDependency } from "../../checks/finding.js";
import { RULES } from "../../checks/rules.js";
import type { Context } from "../../manifest/words.js";
import { placeOf } from "../places.js";
import { type Body, heldAt, lockAt, takenAt, task, trace } from "./lines.js";

/** task_wait_context(): LD_WAIT_MAX in process context, LD_WAIT_CONFIG in a (threaded) interrupt. */
const WAIT_CONTEXT: Readonly<Record<Context, string>> = {
  process: "{5:5}",
  softirq: "{3:3}",
  hardirq: "{3:3}",
};

/** print_lock_invalid_wait_context() for a lock; __might_resched() (kernel/sched/core.c) for what else sleeps. */
export const invalidContext: Body = (finding, report) => {
  const [dependency] = finding.dependencies;
  const title = `[ BUG: ${RULES[finding.rule].lockdep} ]`;
  if (dependency === undefined) return { title, lines: [finding.message] };
  const holding = [...held(finding, dependency, report), "stack backtrace:", ...trace(dependency, 1)];
  const last = dependency.evidence.chain.at(-1);
  if (!finding.locks.includes(dependency.to) && last !== undefined) {
    const where = `${last.function}(), in ${dependency.evidence.context} context: ${last.action}`;
    return {
      title: `BUG: sleeping function called from invalid context at ${placeOf(last)}`,
      lines: [where, ...holding],
    };
  }
  return {
    title,
    lines: [
      `${task(dependency)} is trying to lock:`,
      lockAt(report, dependency.to, takenAt(dependency)),
      "other info that might help us debug this:",
      `context-${WAIT_CONTEXT[dependency.evidence.context]}`,
      ...holding,
    ],
  };
};

/**
 * In place of lockdep_print_held_locks(): a finding has the one lock that does not allow it, and not all that is held,
 * so they are not counted; where the context does not allow it, nothing is said of locks.
 */
function held({ locks }: Finding, dependency: FindingDependency, report: Report): string[] {
  if (!locks.includes(dependency.from)) return [];
  return ["the lock held by task that forbids it:", lockAt(report, dependency.from, heldAt(dependency))];
}

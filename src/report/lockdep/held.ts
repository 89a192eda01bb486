import { RULES } from "../../checks/rules.js";
import { lockdepName } from "../names.js";
import { placeOf } from "../places.js";
import { type Body, className, takenAt, task, trace } from "./lines.js";

/** print_unlock_imbalance_bug() */
export const unbalanced: Body = (finding, report) => ({
  title: `WARNING: ${RULES[finding.rule].lockdep}!`,
  lines: finding.dependencies.flatMap((dependency) => [
    `${task(dependency)} is trying to release lock (${lockdepName(report, dependency.to)}) at:${className(report, dependency.to)}`,
    ` ${takenAt(dependency)}`,
    "but there are no more locks to release!",
    "",
    "stack backtrace:",
    ...trace(dependency, 1),
  ]),
});

/** lockdep_assert_held() (include/linux/lockdep.h): a WARN_ON(). */
export const missingLock: Body = (finding, report) => {
  const [dependency] = finding.dependencies;
  if (dependency === undefined) return { title: RULES[finding.rule].lockdep, lines: [finding.message] };
  const last = dependency.evidence.chain.at(-1);
  return {
    title: last === undefined ? RULES[finding.rule].lockdep : `WARNING: at ${placeOf(last)} ${last.function}`,
    lines: [
      `lockdep_assert_held(${lockdepName(report, dependency.to)}) fails in ${task(dependency)}${className(report, dependency.to)}`,
      "Call Trace:",
      ...trace(dependency, 1),
    ],
  };
};

import { RULES } from "../../checks/rules.js";
import { type Body, heldAt, lockAt, scenario, takenAt, task, trace } from "./lines.js";

/** print_deadlock_bug() */
export const recursive: Body = (finding, report) => ({
  title: `WARNING: ${RULES[finding.rule].lockdep}`,
  lines: finding.dependencies.flatMap((dependency) => [
    `${task(dependency)} is trying to acquire lock:`,
    lockAt(report, dependency.to, takenAt(dependency)),
    "",
    "but task is already holding lock:",
    lockAt(report, dependency.from, heldAt(dependency)),
    "",
    "other info that might help us debug this:",
    ...scenario(finding, report),
    "",
    "stack backtrace:",
    ...trace(dependency, 1),
  ]),
});

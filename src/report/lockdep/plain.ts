import { RULES } from "../../checks/rules.js";
import { type Body, heldAt, lockAt, task, trace } from "./lines.js";

/** What lockdep has no report for: the same evidence under our own title. */
export const plain: Body = (finding, report) => {
  const { title, lockdep } = RULES[finding.rule];
  const [, other] = lockdep.split("none: ");
  return {
    title: `${finding.severity.toUpperCase()}: ${title}`,
    lines: [
      `(lockdep has no report for this${other === undefined ? "" : `; ${other}`})`,
      ...finding.dependencies.flatMap((dependency) => [
        ...(dependency.held === undefined
          ? []
          : [`${task(dependency)} is holding lock:`, lockAt(report, dependency.from, heldAt(dependency))]),
        "stack backtrace:",
        ...trace(dependency, 1),
      ]),
    ],
  };
};

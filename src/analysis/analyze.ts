import { type AnalyzeInput, type Examination, examine } from "./examine.js";
import { buildReport, type Report } from "./report.js";

export type { AnalyzeInput } from "./examine.js";

/**
 * Everything that deadlocks, or otherwise breaks lockdep's rules, when these drivers run under this policy.
 * Pure: no file system, no process, no colour.
 * @throws {InputError} where the manifests and the policy do not fit together
 */
export function analyze(input: AnalyzeInput): Report {
  return reportOf(examine(input));
}

/** What is told of an examination. */
export function reportOf(examination: Examination): Report {
  return buildReport(examination);
}

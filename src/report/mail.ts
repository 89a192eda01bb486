import type { Report } from "../analysis/report.js";
import type { Finding } from "../checks/finding.js";
import { type Folded, fold } from "./fold.js";
import { mailEvidence, mailSchedule } from "./mail-evidence.js";
import { bothNames, lockdepName, policyLabel } from "./names.js";
import { counts, leftOut, plural, size, some } from "./summary.js";
import { wrap } from "./wrap.js";

/** What is still readable when it has been quoted a few times (Documentation/process/email-clients.rst). */
const WIDTH = 72;

/**
 * What a maintainer would post in reply to a proposal: what was analysed under which policy, and each error with what
 * holds, what takes and where. Plain text in 72 columns; only a single longer word exceeds them.
 */
export function mail(report: Report): string {
  const errors = report.findings.filter(({ severity, known }) => severity === "error" && known === undefined);
  const problems = fold(errors).map((error, index) => problem(error, index + 1, report));
  return `${[...opening(report), ...problems].map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function opening(report: Report): string[][] {
  const { policy, tool } = report;
  const title = policy.title === undefined ? "" : ` (${policy.title})`;
  const about = `${tool.name} ${tool.version} analysed ${size(report)} under the policy ${policyLabel(report)}${title}: ${counts(report)}.`;
  const missing = leftOut(report);
  return [
    wrap(`${about} ${outcome(report)}`, WIDTH),
    ...(missing === undefined ? [] : [wrap(`Not complete: ${missing}.`, WIDTH)]),
  ];
}

function outcome({ summary: { error, warning, note, known = 0, ignored = 0 } }: Report): string {
  if (error === 0) {
    const apart = [...(known > 0 ? ["known"] : []), ...(ignored > 0 ? ["ignored"] : [])].join(" and ");
    return `No deadlock was found${apart === "" ? "" : ` beyond the ${apart} ones`}.`;
  }
  const others = [...(warning > 0 ? ["warnings"] : []), ...(note > 0 ? ["notes"] : [])].join(" and ");
  const told =
    error === 1 ? "The error follows" : "The errors follow, those that differ only in the fence as one";
  return `${told}${others === "" ? "" : `; ${others} are left out`}.`;
}

function problem({ finding, others }: Folded, number: number, report: Report): string[] {
  const { rule, certainty, message, when, help, alsoFrom = [] } = finding;
  const schedule = mailSchedule(finding, WIDTH);
  return [
    ...wrap(`${rule}, ${certainty}:`, WIDTH, `${number}) `, "   "),
    ...wrap(`${message}.${printed(finding, report)}`, WIDTH, "   "),
    ...finding.dependencies.flatMap((dependency) => ["", ...mailEvidence(dependency, WIDTH)]),
    ...(schedule.length > 0 ? ["", ...schedule] : []),
    "",
    ...when.flatMap((condition) => wrap(`Only when: ${condition}`, WIDTH, "   ", "     ")),
    ...(alsoFrom.length > 0
      ? wrap(
          `The same from ${some(
            alsoFrom.map((entry) => `${entry}()`),
            6,
          )}.`,
          WIDTH,
          "   ",
        )
      : []),
    ...(others.length > 0
      ? wrap(`The same with ${plural(others.length, "more fence")}: ${others.join(", ")}.`, WIDTH, "   ")
      : []),
    ...wrap(`To mend it: ${help}.`, WIDTH, "   "),
  ];
}

/** What lockdep would print for the locks, where that is another name. */
function printed({ locks }: Finding, report: Report): string {
  const renamed = locks.filter((lock) => lockdepName(report, lock) !== lock);
  return renamed.length === 0
    ? ""
    : ` lockdep's names: ${renamed.map((lock) => bothNames(report, lock)).join(", ")}.`;
}

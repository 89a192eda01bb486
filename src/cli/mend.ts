import { reportOf } from "../analysis/analyze.js";
import type { Examination } from "../analysis/examine.js";
import type { Report } from "../analysis/report.js";
import type { Finding } from "../checks/finding.js";
import { findingWithId } from "../explain/find.js";
import { mender } from "../mend/mends.js";
import { fold } from "../report/fold.js";
import { mendLines } from "../report/mends.js";
import { policyLabel } from "../report/names.js";
import { oneLine } from "../report/wrap.js";
import { type ExaminationOptions, readExamination } from "./examination.js";
import { CLEAN, FINDINGS, type Io } from "./io.js";
import { outputStyle } from "./terminal.js";

export interface MendOptions extends ExaminationOptions {
  readonly format: "text" | "json";
  readonly color?: boolean;
}

/** How many are shown of one finding, and among several. */
const MOST = 8;
const MOST_EACH = 3;
/** How many findings `analyze --mend` tries: each takes a second or so. */
const MOST_FINDINGS = 20;
/** How many of the findings that a change adds are told. */
const MOST_ADDED = 3;

/** `mend FINDING-ID PATHS...`: what would remove it, and what that would break. Status 1 where nothing is found. */
export async function mend(
  id: string,
  paths: readonly string[],
  options: MendOptions,
  io: Io,
): Promise<number> {
  const examination = await readExamination(paths, options);
  const report = reportOf(examination);
  const finding = findingWithId(report, id, "mend");
  const mended = { ...finding, mends: mender(examination)(finding, MOST) };
  const style = await outputStyle(options.color);
  if (options.format === "json") {
    const answer = { schema: "fence-lockcheck/mend/1", policy: policyLabel(report), finding: mended };
    io.out(`${JSON.stringify(answer, null, 2)}\n`);
  } else {
    const title = `${style[finding.severity](`${finding.severity}[${finding.rule}]`)} ${style.title(oneLine(finding.message))}`;
    io.out(`${[title, "", ...mendLines(mended, style, MOST_ADDED)].join("\n")}\n`);
  }
  return mended.mends.length > 0 ? CLEAN : FINDINGS;
}

/**
 * The report with what mends its errors: those with the shortest evidence, which are the easiest to follow. Where there
 * are more, it says so.
 */
export function withMends(report: Report, examination: Examination, io: Io): Report {
  const errors = fold(report.findings)
    .map(({ finding }) => finding)
    .filter(({ severity, known }) => severity === "error" && known === undefined);
  const chosen = [...errors].sort((a, b) => length(a) - length(b)).slice(0, MOST_FINDINGS);
  const wanted = new Set(chosen.map(({ id }) => id));
  const tryOn = mender(examination);
  const findings = report.findings.map((finding) =>
    wanted.has(finding.id) ? { ...finding, mends: tryOn(finding, MOST_EACH) } : finding,
  );
  if (errors.length > chosen.length)
    io.err(
      `fence-lockcheck: changes were tried against ${chosen.length} of ${errors.length} errors, those with the shortest evidence; \`mend ID\` tries any\n`,
    );
  return { ...report, findings };
}

function length({ dependencies }: Finding): number {
  return dependencies.reduce((sum, { evidence }) => sum + evidence.chain.length, 0);
}

import { reportOf } from "../analysis/analyze.js";
import { findingWithId, isRuleName, ruleNamed, ruleOfId } from "../explain/find.js";
import { rulesText, ruleText } from "../explain/text.js";
import { findingText } from "../report/finding-text.js";
import { InputError } from "../source/input-error.js";
import { type ExaminationOptions, readExamination } from "./examination.js";
import { CLEAN, type Io } from "./io.js";
import { outputStyle } from "./terminal.js";

export interface ExplainOptions extends ExaminationOptions {
  readonly color?: boolean;
}

/** `explain`, `explain RULE`, `explain FINDING-ID PATHS...`. */
export async function explain(
  what: string | undefined,
  paths: readonly string[],
  options: ExplainOptions,
  io: Io,
): Promise<number> {
  const style = await outputStyle(options.color);
  if (what === undefined) {
    io.out(rulesText(style));
    return CLEAN;
  }
  if (isRuleName(what) && paths.length > 0) {
    const message = `"${what}" is a rule, not the id of a finding: it is explained without manifests`;
    throw new InputError([{ file: "explain", line: 0, column: 0, message }]);
  }
  if (ruleOfId(what) === undefined) {
    io.out(ruleText(ruleNamed(what), style));
    return CLEAN;
  }
  const report = reportOf(await readExamination(paths, options));
  const finding = findingWithId(report, what);
  io.out(`${findingText({ finding, others: [] }, report, style)}\n\n${ruleText(finding.rule, style)}`);
  return CLEAN;
}

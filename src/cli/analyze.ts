import { analyze as analyzeProgram } from "../analysis/analyze.js";
import type { Report } from "../analysis/report.js";
import { SEVERITIES, type Severity } from "../checks/rules.js";
import { FORMATS, type FormatName } from "../report/formats.js";
import { InputError } from "../source/input-error.js";
import { framed } from "./framed.js";
import { readManifestFiles } from "./inputs.js";
import { CLEAN, FINDINGS, type Io } from "./io.js";
import { DEFAULT_POLICY, readPolicy } from "./policies.js";
import { chalkStyle, NO_STYLE, wantsColour } from "./style.js";
import { parseWhatIf } from "./what-if.js";
import { writeAtomically } from "./write.js";

export interface AnalyzeOptions {
  readonly policy?: string;
  readonly hold?: readonly string[];
  readonly drop?: readonly string[];
  readonly format?: readonly string[];
  readonly failOn?: Severity | "never";
  readonly color?: boolean;
}

/** `analyze PATHS...`: reads, analyses, reports; returns the exit status. */
export async function analyze(paths: readonly string[], options: AnalyzeOptions, io: Io): Promise<number> {
  const outputs = (options.format ?? ["text"]).map(parseFormat);
  const policy = await readPolicy(options.policy ?? DEFAULT_POLICY);
  const { manifests, texts } = await readManifestFiles(paths);
  const report = framed(texts, () =>
    analyzeProgram({
      manifests,
      policy,
      hold: options.hold?.map((value) => parseWhatIf("--hold", value)),
      drop: options.drop?.map((value) => parseWhatIf("--drop", value)),
    }),
  );
  for (const { format, file } of outputs) {
    const render = await FORMATS[format].load();
    const colour =
      file === undefined &&
      wantsColour({ flag: options.color, env: process.env, isTerminal: process.stdout.isTTY });
    const result = render(report, colour ? chalkStyle() : NO_STYLE);
    if (file === undefined) io.out(result);
    else writeAtomically(file, result);
  }
  return exitStatus(report, options.failOn ?? "error");
}

/** 1 where a finding is at or above the severity. */
export function exitStatus(report: Report, failOn: Severity | "never"): number {
  if (failOn === "never") return CLEAN;
  const threshold = SEVERITIES.indexOf(failOn);
  const failing = report.findings.some(({ severity }) => SEVERITIES.indexOf(severity) <= threshold);
  return failing ? FINDINGS : CLEAN;
}

/** `FORMAT` or `FORMAT=FILE`. */
function parseFormat(value: string): { format: FormatName; file?: string } {
  const equals = value.indexOf("=");
  const name = equals < 0 ? value : value.slice(0, equals);
  if (!Object.hasOwn(FORMATS, name)) {
    const message = `unknown format "${name}": expected one of ${Object.keys(FORMATS).join(", ")}`;
    throw new InputError([{ file: `--format ${value}`, line: 0, column: 0, message }]);
  }
  return { format: name as FormatName, file: equals < 0 ? undefined : value.slice(equals + 1) };
}

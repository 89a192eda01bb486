import { reportOf } from "../analysis/analyze.js";
import { type Examination, examine } from "../analysis/examine.js";
import type { Report } from "../analysis/report.js";
import { withoutKnown } from "../baseline/match.js";
import type { Finding } from "../checks/finding.js";
import { SEVERITIES, type Severity } from "../checks/rules.js";
import { applyConfig } from "../config/apply.js";
import { FORMATS, type FormatName } from "../report/formats.js";
import { framed } from "./framed.js";
import { readAnalysed } from "./inputs.js";
import { CLEAN, FINDINGS, type Io } from "./io.js";
import { applyBaseline } from "./known.js";
import { parseOutputs, writeOutputs } from "./outputs.js";
import { DEFAULT_POLICY, readPolicy } from "./policies.js";
import { type ConfigOption, pathsOr, readSettings, type Settings } from "./settings.js";
import { whatIfs } from "./what-if.js";

export interface AnalyzeOptions extends ConfigOption {
  readonly policy?: string;
  readonly hold?: readonly string[];
  readonly drop?: readonly string[];
  readonly format?: readonly string[];
  readonly failOn?: Severity | "never";
  /** `false` for `--no-baseline`. */
  readonly baseline?: string | boolean;
  readonly strictBaseline?: boolean;
  readonly mend?: boolean;
  readonly color?: boolean;
}

/** These tell a person what to do, and there is nothing to do about what is known. */
const FOR_READERS: ReadonlySet<FormatName> = new Set(["text", "compact", "lockdep"]);

/** `analyze PATHS...`: reads, analyses, reports; returns the exit status. */
export async function analyze(paths: readonly string[], options: AnalyzeOptions, io: Io): Promise<number> {
  const { baseline: named, strictBaseline = false, failOn = "error" } = options;
  const outputs = parseOutputs(options.format, FORMATS);
  const settings = await readSettings(options);
  const baseline = named === false ? undefined : typeof named === "string" ? named : settings.baseline;
  const examination = await examineAll(paths, options, settings, baseline);
  const found = reportOf(examination);
  const { report: marked, lapsed } =
    baseline === undefined
      ? { report: found, lapsed: false }
      : await applyBaseline(found, baseline, strictBaseline, io);
  const configured = applyConfig(marked, settings);
  const report =
    options.mend === true ? (await import("./mend.js")).withMends(configured, examination, io) : configured;
  await writeOutputs(
    outputs,
    FORMATS,
    (format) => (FOR_READERS.has(format) ? withoutKnown(report) : report),
    options.color,
    examination.manifests.map(({ name }) => name),
    io,
  );
  tellLeftOut(report, baseline, settings, io);
  return lapsed && strictBaseline ? FINDINGS : exitStatus(report.findings, failOn);
}

/** The report of an analysis, whole. The baseline's file is kept from being taken for a manifest. */
export async function reportOn(
  paths: readonly string[],
  options: Pick<AnalyzeOptions, "policy" | "hold" | "drop">,
  settings: Settings,
  baseline: string | undefined,
): Promise<Report> {
  return reportOf(await examineAll(paths, options, settings, baseline));
}

async function examineAll(
  paths: readonly string[],
  options: Pick<AnalyzeOptions, "policy" | "hold" | "drop">,
  settings: Settings,
  baseline: string | undefined,
): Promise<Examination> {
  const policy = await readPolicy(options.policy ?? settings.policy ?? DEFAULT_POLICY);
  const { manifests, texts } = await readAnalysed(pathsOr(paths, settings), [settings.file, baseline]);
  const asked = await whatIfs(options, policy);
  return framed(texts, () =>
    examine({
      manifests,
      policy,
      ...asked,
    }),
  );
}

/** What is left out is never left out in silence. */
function tellLeftOut({ summary }: Report, baseline: string | undefined, { file }: Settings, io: Io): void {
  const { known = 0, ignored = 0 } = summary;
  const words = [
    ...(known > 0 ? [`${known} known (${baseline})`] : []),
    ...(ignored > 0 ? [`${ignored} ignored (${file})`] : []),
  ];
  if (words.length > 0) io.err(`fence-lockcheck: ${words.join(", ")}\n`);
}

/** 1 where a finding that is not known is at or above the severity. */
export function exitStatus(found: readonly Finding[], failOn: Severity | "never"): number {
  if (failOn === "never") return CLEAN;
  const threshold = SEVERITIES.indexOf(failOn);
  const failing = found.some(
    ({ severity, known }) => known === undefined && SEVERITIES.indexOf(severity) <= threshold,
  );
  return failing ? FINDINGS : CLEAN;
}

import { existsSync } from "node:fs";
import { type Baseline, isDay } from "../baseline/baseline.js";
import { whyUnjudged } from "../baseline/match.js";
import { updateBaseline } from "../baseline/update.js";
import { baselineText } from "../baseline/write.js";
import { applyConfig } from "../config/apply.js";
import { plural } from "../report/summary.js";
import { InputError } from "../source/input-error.js";
import { reportOn } from "./analyze.js";
import { CLEAN, type Io } from "./io.js";
import { readBaseline, today } from "./known.js";
import { type ConfigOption, readSettings } from "./settings.js";
import { writeAtomically } from "./write.js";

export interface BaselineOptions extends ConfigOption {
  readonly policy?: string;
  readonly output?: string;
  readonly update?: boolean;
  readonly prune?: boolean;
  readonly reason?: string;
  readonly owner?: string;
  readonly expires?: string;
}

const DEFAULT_FILE = "fence-lockcheck-baseline.yaml";
const DEFAULT_REASON = "known when the baseline was made";

/** `baseline PATHS...`: writes what is found as known, whole or not at all. */
export async function baseline(paths: readonly string[], options: BaselineOptions, io: Io): Promise<number> {
  const { update = false, prune = false, reason = DEFAULT_REASON, owner, expires } = options;
  if (expires !== undefined && !isDay(expires))
    throw problem(`--expires ${expires}`, "expected a day, as YYYY-MM-DD");
  if (expires !== undefined && expires < today())
    throw problem(`--expires ${expires}`, "that day is over: what is known may stay until a day to come");
  const settings = await readSettings(options);
  const file = options.output ?? settings.baseline ?? DEFAULT_FILE;
  const before = await standing(file, update, prune);
  const report = applyConfig(await reportOn(paths, options, settings, file), settings);
  if (before !== undefined && before.policy !== report.policy.name) {
    const message = `it was made under ${before.policy}, not ${report.policy.name}: name that policy, or another file`;
    throw problem(file, message);
  }
  const unjudged = prune && before !== undefined ? whyUnjudged(report, before) : undefined;
  if (unjudged !== undefined)
    throw problem(
      file,
      `what is gone cannot be told, nothing is pruned: ${unjudged} (entries of a driver that is gone for good: delete them by hand)`,
    );
  const add = update || before === undefined;
  const updated = updateBaseline(report, { before, known: { reason, owner, expires }, add, prune });
  writeAtomically(file, baselineText(updated.baseline, file));
  const total = plural(updated.baseline.findings.length, "known finding");
  io.err(`${file}: ${total} (${updated.added} new, ${updated.pruned} pruned)\n`);
  return CLEAN;
}

/** The baseline that is there already; it is not overwritten unasked, for the reasons in it. */
async function standing(file: string, update: boolean, prune: boolean): Promise<Baseline | undefined> {
  if (!existsSync(file)) {
    if (prune && !update) throw problem(file, "no such file: there is nothing to prune");
    return undefined;
  }
  if (!update && !prune)
    throw problem(
      file,
      "there is a baseline already: --update adds what is new, --prune takes out what is gone",
    );
  return readBaseline(file);
}

function problem(file: string, message: string): InputError {
  return new InputError([{ file, line: 0, column: 0, message }]);
}

import type { Report } from "../analysis/report.js";
import { type Baseline, quickBaseline } from "../baseline/baseline.js";
import { type Lapse, matchBaseline } from "../baseline/match.js";
import type { Io } from "./io.js";
import { readQuickly } from "./read-quickly.js";

/** @throws {InputError} where it cannot be read, or is invalid */
export function readBaseline(file: string): Promise<Baseline> {
  return readQuickly(file, quickBaseline, async () => (await import("../baseline/read.js")).parseBaseline);
}

/** The report with what the baseline knows marked; stale and expired entries are told on stderr. */
export async function applyBaseline(
  report: Report,
  file: string,
  strict: boolean,
  io: Io,
): Promise<{ readonly report: Report; readonly lapsed: boolean }> {
  const matched = matchBaseline(report, await readBaseline(file), today());
  for (const lapse of matched.lapses) io.err(`${file}: ${strict ? "error" : "warning"}: ${inWords(lapse)}\n`);
  const { unjudged } = matched;
  if (strict && unjudged !== undefined)
    io.err(`${file}: error: whether its entries are stale cannot be told: ${unjudged}\n`);
  return { report: matched.report, lapsed: matched.lapses.length > 0 || unjudged !== undefined };
}

function inWords({ why, entry: { id, what, owner, expires } }: Lapse): string {
  const whose = owner === undefined ? "" : ` (${owner})`;
  return why === "stale"
    ? `stale: ${id} is no longer found, \`baseline --prune\` removes it: ${what}`
    : `expired on ${expires}${whose}: ${id}: ${what}`;
}

/** YYYY-MM-DD */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

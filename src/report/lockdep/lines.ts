import type { Report } from "../../analysis/report.js";
import type { ChainLink, Finding, FindingDependency, ScheduleColumn } from "../../checks/finding.js";
import { WAIT_TYPE } from "../../checks/wait-types.js";
import { withoutSubclass } from "../../trace/state.js";
import { verdict } from "../finding-text.js";
import { lockdepName } from "../names.js";
import { placeOf } from "../places.js";
import { wholeSchedule } from "../schedule.js";

/** What one rule prints: the title, and what follows below the policy. */
export type Body = (finding: Finding, report: Report) => { readonly title: string; readonly lines: string[] };

/** What get_usage_chars() gives for what no interrupt has to do with, such as waiting for a fence. */
const NO_USAGE = "....";

/**
 * print_lock_name(): ` (&obj->lock){+.+.}-{3:3}`, with the usage in all that was analysed, as a kernel has it that ran
 * all of it, and the wait types of one with PROVE_RAW_LOCK_NESTING.
 */
export function lockName(report: Report, name: string): string {
  const usage = report.lockUsage?.[name] ?? NO_USAGE;
  return ` (${lockdepName(report, name)}){${usage}}-{${waitTypes(report, name)}}`;
}

function waitTypes({ lockKinds }: Report, name: string): string {
  const { outer, inner } = WAIT_TYPE[lockKinds[withoutSubclass(name)] ?? "map"];
  return `${outer}:${inner}`;
}

/** ` [sync_timeline.lock]`, where lockdep's name is another. */
export function className(report: Report, name: string): string {
  return lockdepName(report, name) === name ? "" : `  [${name}]`;
}

/** print_lock(): the lock and where it was acquired. */
export function lockAt(report: Report, name: string, at: string): string {
  return `${lockName(report, name)}, at: ${at}${className(report, name)}`;
}

/** Where the dependency's `to` is taken: `function path:line`. */
export function takenAt({ evidence }: FindingDependency): string {
  const last = evidence.chain.at(-1);
  return last === undefined ? evidence.entry : site(last);
}

/** Where its `from` was taken. A wait is entered with the entry point itself. */
export function heldAt({ held, evidence }: FindingDependency): string {
  const link = held === undefined ? undefined : evidence.chain[held];
  return link === undefined ? evidence.entry : site(link);
}

function site(link: ChainLink): string {
  return `${link.function} ${placeOf(link)}`;
}

/** print_lock_trace(): the functions, innermost first. */
export function trace({ held, evidence: { chain } }: FindingDependency, spaces: number): string[] {
  const last = chain.length - 1;
  return chain
    .filter((_, index) => index !== held || index === last)
    .reverse()
    .map((link) => `${" ".repeat(spaces)}${site(link)}`);
}

/** ` Possible unsafe locking scenario:` with its table, and the verdict. */
export function scenario(finding: Finding, report: Report, kind = "unsafe"): string[] {
  if (finding.schedule.length === 0) return [];
  return [
    ` Possible ${kind} locking scenario:`,
    "",
    ...table(wholeSchedule(finding), report),
    "",
    ` ${verdict(finding)}`,
  ];
}

/** lockdep's table, with as many CPUs as the problem takes. Only the first column's head is indented deeper than it. */
function table(schedule: readonly ScheduleColumn[], report: Report): string[] {
  const columns = schedule.map(({ cpu, steps }) => ({
    cpu,
    steps: steps.map((step) => renamed(step, report)),
  }));
  const rows = Math.max(...columns.map(({ steps }) => steps.length));
  const widths = columns.map(({ steps }, index) =>
    Math.max(index === 0 ? 29 : 24, ...steps.map((step) => step.length + 2)),
  );
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, index) => cell.padEnd(widths[index])).join("")}`.trimEnd();
  const head = (text: (cpu: number) => string) =>
    line(columns.map(({ cpu }, index) => (index === 0 ? `     ${text(cpu)}` : text(cpu))));
  return [
    head((cpu) => `CPU${cpu}`),
    head(() => "----"),
    ...Array.from({ length: rows }, (_, row) => line(columns.map(({ steps }) => steps[row] ?? ""))),
  ];
}

/** A step of the schedule with lockdep's name of the lock, and its `rlock` for readers. */
function renamed(step: string, report: Report): string {
  const match = /^(\s*)(read_)?(?:try)?lock\((.*)\);$/.exec(step);
  if (match === null) return step;
  const [, indent, read, name] = match;
  return `${indent}${read === undefined ? "lock" : "rlock"}(${lockdepName(report, name)});`;
}

/** `task in hardirq context`: which task it is, only a running kernel knows. */
export function task({ evidence }: FindingDependency): string {
  return `task in ${evidence.context} context`;
}

import type { Report } from "../../analysis/report.js";
import type { Finding, FindingDependency } from "../../checks/finding.js";
import { RULES } from "../../checks/rules.js";
import { lockdepName } from "../names.js";
import { type Body, heldAt, lockAt, lockName, scenario, takenAt, task, trace } from "./lines.js";

/** print_usage_bug() */
export const irqInconsistent: Body = (finding, report) => {
  const title = `WARNING: ${RULES[finding.rule].lockdep}`;
  const [enabled, interrupt] = finding.dependencies;
  if (interrupt === undefined) return { title, lines: [finding.message] };
  const state = stateOf(interrupt);
  const registered = `${state}-ON-${isRead(enabled) ? "R" : "W"}`;
  return {
    title,
    lines: [
      `inconsistent {${registered}} -> {IN-${state}-${isRead(interrupt) ? "R" : "W"}} usage.`,
      `${task(interrupt)} takes:`,
      lockAt(report, interrupt.to, takenAt(interrupt)),
      `{${registered}} state was registered at:`,
      ...trace(enabled, 2),
      "",
      "other info that might help us debug this:",
      ...scenario(finding, report),
      "",
      "stack backtrace:",
      ...trace(interrupt, 1),
    ],
  };
};

/** print_bad_irq_dependency(): the last link of the path is the one that is new. */
export const irqInversion: Body = (finding, report) => {
  const [safe, ...rest] = finding.dependencies;
  const unsafe = rest.at(-1);
  const links = rest.slice(0, -1);
  const closing = links.at(-1);
  if (unsafe === undefined || closing === undefined)
    return { title: `WARNING: ${RULES[finding.rule].lockdep}`, lines: [finding.message] };
  const state = stateOf(safe);
  const named = (name: string) => lockName(report, name);
  return {
    title: `WARNING: ${state}-safe -> ${state}-unsafe lock order detected`,
    lines: [
      `${task(closing)} is trying to acquire:`,
      lockAt(report, closing.to, takenAt(closing)),
      "",
      "and this task is already holding:",
      lockAt(report, closing.from, heldAt(closing)),
      "which would create a new lock dependency:",
      `${named(closing.from)} ->${named(closing.to)}`,
      "",
      `but this new dependency connects a ${state}-irq-safe lock:`,
      named(safe.from),
      "",
      `... which became ${state}-irq-safe at:`,
      ...trace(safe, 2),
      "",
      `to a ${state}-irq-unsafe lock:`,
      named(unsafe.from),
      "",
      `... which became ${state}-irq-unsafe at:`,
      "...",
      ...trace(unsafe, 2),
      "",
      "other info that might help us debug this:",
      "",
      ...existing(finding, report),
      ...scenario(finding, report, "interrupt unsafe"),
      ...between(links.slice(0, -1), state, named),
      "",
      "stack backtrace:",
      ...trace(closing, 1),
    ],
  };
};

function between(
  links: readonly FindingDependency[],
  state: string,
  named: (name: string) => string,
): string[] {
  if (links.length === 0) return [];
  return [
    "",
    `the dependencies between ${state}-irq-safe lock and the holding lock:`,
    ...links.toReversed().flatMap((link) => [`->${named(link.to)}:`, ...trace(link, 4)]),
  ];
}

function existing({ locks }: Finding, report: Report): string[] {
  if (locks.length < 3) return [];
  return ["Chain exists of:", `  ${locks.map((lock) => lockdepName(report, lock)).join(" --> ")}`, ""];
}

/** The interrupt that a usage is about: HARDIRQ or SOFTIRQ. */
function stateOf({ evidence }: FindingDependency): "HARDIRQ" | "SOFTIRQ" {
  return evidence.context === "softirq" ? "SOFTIRQ" : "HARDIRQ";
}

/** A usage is told as a dependency of the lock on itself: shared where it is read. */
function isRead({ kind }: FindingDependency): boolean {
  return kind.startsWith("S");
}

import type { Report } from "../../analysis/report.js";
import type { Finding, FindingDependency } from "../../checks/finding.js";
import { RULES } from "../../checks/rules.js";
import { lockdepName } from "../names.js";
import { type Body, className, heldAt, lockAt, lockName, scenario, takenAt, task, trace } from "./lines.js";

/**
 * print_circular_bug(): the last dependency is the one that closes the circle, the others are the chain that was there
 * before. Of a documented order, the chain's first link is the document. For fence-wait, a fence's signalling is a lock
 * like any other, as dma_fence_map makes it.
 */
export const circular: Body = (finding, report) => {
  const [title] = RULES[finding.rule].lockdep.split(" (");
  const closing = finding.dependencies.at(-1);
  if (closing === undefined) return { title: `WARNING: ${title}`, lines: [finding.message] };
  return {
    title: `WARNING: ${title}`,
    lines: [
      `${task(closing)} is trying to acquire lock:`,
      lockAt(report, closing.to, takenAt(closing)),
      "",
      "but task is already holding lock:",
      lockAt(report, closing.from, heldAt(closing)),
      "",
      "which lock already depends on the new lock.",
      "",
      "",
      "the existing dependency chain (in reverse order) is:",
      ...chain(finding, closing, report),
      "",
      "other info that might help us debug this:",
      "",
      ...existing(finding, closing, report),
      ...scenario(finding, report),
    ],
  };
};

/** print_circular_bug_entry() for each lock, from the one that is held down to the one that is tried. */
function chain(finding: Finding, closing: FindingDependency, report: Report): string[] {
  const entries = finding.dependencies.slice(0, -1).map((dependency) => entry(dependency, report));
  const [first] = finding.dependencies;
  const documented =
    first.from === closing.to ? [] : [[entryHead(first.from, report), "       (the documented order)"]];
  const all = [entry(closing, report), ...documented, ...entries];
  return all
    .map(([head, ...rest], depth) => ["", `-> #${depth}${head}`, ...rest])
    .reverse()
    .flat();
}

function entry(dependency: FindingDependency, report: Report): string[] {
  return [entryHead(dependency.to, report), ...trace(dependency, 7)];
}

function entryHead(name: string, report: Report): string {
  return `${lockName(report, name)}:${className(report, name)}`;
}

/** print_circular_lock_scenario() says it where the chain has more than two locks. */
function existing(finding: Finding, closing: FindingDependency, report: Report): string[] {
  const names = finding.dependencies.map(({ from }) => lockdepName(report, from));
  const all =
    names[0] === lockdepName(report, closing.to) ? names : [lockdepName(report, closing.to), ...names];
  return all.length < 3 ? [] : ["Chain exists of:", `  ${all.join(" --> ")}`, ""];
}

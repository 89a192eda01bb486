import type { Finding, FindingDependency } from "../checks/finding.js";
import { inputPlace } from "./places.js";
import { roleOf } from "./steps.js";
import type { Style } from "./style.js";
import { oneLine } from "./wrap.js";

/** Wider cells than this run over into the next column instead of widening it for all. */
const WIDEST = 56;

/** How each dependency of a finding comes about: from the entry point, what holds, what takes, and where. */
export function evidenceLines(finding: Finding, style: Style, brief = false): string[] {
  return finding.dependencies.flatMap((dependency, index) => [
    "",
    `  ${heading(finding, index, style)}`,
    ...chainLines(dependency, style, brief),
  ]);
}

function heading(finding: Finding, index: number, style: Style): string {
  const dependency = finding.dependencies[index];
  const { entry, context } = dependency.evidence;
  const from = `from ${oneLine(entry)}() in ${context} context:`;
  const what = aboutOf(finding, index);
  const [outer, inner] = [dependency.from, dependency.to].map((name) => style.lock(oneLine(name)));
  if (what !== undefined) return `${outer} ${what}, ${from}`;
  if (!finding.locks.includes(dependency.to) || dependency.from === dependency.to) return from;
  return `${outer} -${dependency.kind}-> ${inner}, ${from}`;
}

/** What the two usages of an irq finding say of their lock. */
function aboutOf({ rule, dependencies }: Finding, index: number): string | undefined {
  if (rule !== "irq-inconsistent" && rule !== "irq-inversion") return undefined;
  const last = dependencies.length - 1;
  const [interrupt, enabled] = rule === "irq-inversion" ? [0, last] : [last, 0];
  const state = dependencies[interrupt].evidence.context;
  if (index === interrupt) return `taken in ${state}`;
  return index === enabled ? `taken with ${state}s enabled` : undefined;
}

/** The links of one chain, a line each: what holds, what takes, and where. */
export function chainLines(
  { held, evidence: { chain } }: FindingDependency,
  style: Style,
  brief = false,
): string[] {
  const last = chain.length - 1;
  const rows = chain
    .map((link, index) => ({ index, link }))
    .filter(({ index }) => !brief || index === held || index === last)
    .map(({ index, link }) => [
      roleOf(chain, index, held),
      oneLine(`${link.function}()`),
      oneLine(link.action),
      oneLine(link.at ?? ""),
      link.manifest.line > 0 ? oneLine(inputPlace(link.manifest)) : "",
    ]);
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(0, ...rows.map((row) => row[column].length).filter((width) => width <= WIDEST)),
  );
  return rows.map(([role, name, action, at, input]) => {
    const what = `${role.padEnd(6)} ${name.padEnd(widths[1])}  ${action.padEnd(widths[2])}`;
    const where = `${at.padEnd(widths[3])}  ${input}`.trimEnd();
    return where === "" ? `    ${what}`.trimEnd() : `    ${what}  ${style.dim(where)}`;
  });
}

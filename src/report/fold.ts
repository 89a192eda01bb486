import type { Finding } from "../checks/finding.js";

/** One finding with those that are the same but for the member fence. */
export interface Folded {
  readonly finding: Finding;
  /** The others' fences, as far as they are not its own. */
  readonly others: readonly string[];
}

/**
 * Findings of one rule that come about by the same steps, told once. A policy that deadlocks by itself does so for every
 * fence there is; which of them, a reader wants in one line. Programs get them all (see json.ts).
 */
export function fold(findings: readonly Finding[]): Folded[] {
  const groups = new Map<string, { finding: Finding; others: string[] }>();
  for (const finding of findings) {
    const key = stepsOf(finding);
    const group = groups.get(key);
    const own = group === undefined ? [] : shown(group.finding);
    const fences = group === undefined ? [] : shown(finding).filter((fence) => !own.includes(fence));
    if (group !== undefined && fences.length > 0) group.others.push(fences.join(" + "));
    else groups.set(group === undefined ? key : finding.id, { finding, others: [] });
  }
  return [...groups.values()];
}

/** A note that is no deadlock asks for nothing: it is told by its message alone, and `explain` has its evidence. */
export function isBrief({ severity, certainty, known }: Finding): boolean {
  return severity === "note" && certainty !== "guarded" && known === undefined;
}

/** Everything that is told of a finding but the names of fences and, with its evidence, of locks. */
function stepsOf(finding: Finding): string {
  const { rule, severity, certainty, when, locks, fences, dependencies } = finding;
  if (dependencies.length === 0 || finding.known !== undefined) return finding.id;
  if (isBrief(finding))
    return JSON.stringify([rule, certainty, nameless(finding.message, fences, () => "#")]);
  const steps = dependencies.map(({ kind, held, evidence: { entry, context, chain } }) => [
    kind,
    held,
    entry,
    context,
    chain.map((link) => [
      link.function,
      nameless(link.action, locks, (index) => `#${index}`),
      link.at,
      link.manifest,
    ]),
  ]);
  return JSON.stringify([rule, severity, certainty, when, steps]);
}

/** The fences that the reader sees a finding to be about: of a note, those that its message names. */
function shown(finding: Finding): readonly string[] {
  return isBrief(finding)
    ? finding.fences.filter((fence) => finding.message.includes(fence))
    : finding.fences;
}

function nameless(text: string, names: readonly string[], put: (index: number) => string): string {
  return names.reduce((rest, name, index) => rest.replaceAll(name, put(index)), text);
}

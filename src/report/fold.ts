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
    const fences = group === undefined ? [] : finding.fences.filter((f) => !group.finding.fences.includes(f));
    if (group !== undefined && fences.length > 0) group.others.push(fences.join(" + "));
    else groups.set(group === undefined ? key : finding.id, { finding, others: [] });
  }
  return [...groups.values()];
}

/** Everything that is told of a finding but the names of fences and of locks. */
function stepsOf(finding: Finding): string {
  const { rule, severity, certainty, when, locks, dependencies } = finding;
  if (dependencies.length === 0 || finding.known !== undefined) return finding.id;
  const nameless = (action: string) =>
    locks.reduce((text, lock, index) => text.replaceAll(lock, `#${index}`), action);
  const steps = dependencies.map(({ kind, held, evidence: { entry, context, chain } }) => [
    kind,
    held,
    entry,
    context,
    chain.map((link) => [link.function, nameless(link.action), link.at, link.manifest]),
  ]);
  return JSON.stringify([rule, severity, certainty, when, steps]);
}

import type { Finding } from "../checks/finding.js";
import { isWorse } from "../checks/rules.js";

/** The findings of two reports, matched by id. */
export interface Comparison {
  readonly introduced: readonly Finding[];
  readonly fixed: readonly Finding[];
  readonly unchanged: readonly Finding[];
}

/**
 * Matches findings by id, each id once. A finding that both have, yet with another severity (a lock order that is no
 * longer guarded, say), is introduced where it got worse and fixed where it got milder. Swapping the two swaps
 * introduced and fixed.
 */
export function compareFindings(base: readonly Finding[], head: readonly Finding[]): Comparison {
  const before = byId(base);
  const after = byId(head);
  return {
    introduced: [...after.values()].filter((finding) => isWorse(finding, before.get(finding.id))),
    fixed: [...before.values()].filter((finding) => isWorse(finding, after.get(finding.id))),
    unchanged: [...after.values()].filter(({ id, severity }) => before.get(id)?.severity === severity),
  };
}

/** Of twins, the first: reports list the most severe first. */
function byId(findings: readonly Finding[]): Map<string, Finding> {
  const map = new Map<string, Finding>();
  for (const finding of findings) if (!map.has(finding.id)) map.set(finding.id, finding);
  return map;
}

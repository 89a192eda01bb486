import type { Finding } from "../checks/finding.js";
import { bySeverity } from "../checks/rules.js";

/** What a change did to the findings. */
export interface Effect {
  /** The finding itself, where it is still there: perhaps by another way, or under another name. */
  readonly left?: Finding;
  /** Worst first. */
  readonly introduced: readonly Finding[];
  readonly removed: readonly Finding[];
}

/** New lock classes with those that they stand in for. */
export type Renames = ReadonlyMap<string, string>;

/**
 * Compares findings before and after a change. A new finding of the same rule on the same locks as one that is gone is
 * that one, shown by other steps: another way to it is the shortest now, or its lock has another name. Where it could be
 * the target as well as another, it is taken for the target: no change shall pass for a mend that only moves the problem.
 */
export function compare(
  before: readonly Finding[],
  after: readonly Finding[],
  target: Finding,
  renames: Renames,
): Effect {
  const ids = { before: idsOf(before), after: idsOf(after) };
  const gone = new Set(before.filter(({ id }) => id !== target.id && !ids.after.has(id)));
  let fresh = after.filter(({ id }) => !ids.before.has(id));
  let left = after.find(({ id }) => id === target.id);
  for (const key of [exactly, roughly]) {
    fresh = fresh.filter((finding) => {
      const own = key(finding, renames);
      if (left === undefined && own === key(target)) {
        left = finding;
        return false;
      }
      const same = [...gone].find((other) => other.severity === finding.severity && key(other) === own);
      if (same !== undefined) gone.delete(same);
      return same === undefined;
    });
  }
  return { left, introduced: fresh.sort(bySeverity), removed: [...gone] };
}

/** The finding of that id, or else one of the same rule and locks. */
export function sameFinding(findings: readonly Finding[], wanted: Finding): Finding | undefined {
  const exact = findings.find(({ id }) => id === wanted.id);
  return exact ?? findings.find((finding) => roughly(finding) === roughly(wanted));
}

function idsOf(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(findings.map(({ id }) => id));
}

function exactly(finding: Finding, renames?: Renames): string {
  return JSON.stringify([roughly(finding, renames), finding.fences, finding.ops]);
}

function roughly({ rule, locks, drivers }: Finding, renames?: Renames): string {
  const about = locks.length > 0 ? locks.map((lock) => renames?.get(lock) ?? lock) : drivers;
  return JSON.stringify([rule, [...about].sort()]);
}

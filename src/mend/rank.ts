import type { MendKind } from "../checks/mend.js";
import type { Severity } from "../checks/rules.js";
import type { Effect } from "./compare.js";
import type { Candidate } from "./model.js";

/** Changes that were made, and what they did. */
export interface Tried {
  readonly changes: readonly Candidate[];
  readonly effect: Effect;
}

/** How much of the code a change of that kind asks for. */
const SIZE: Readonly<Record<MendKind, number>> = {
  drop: 1,
  omit: 1,
  irq: 1,
  "locked-variant": 1,
  allocation: 1,
  rely: 2,
  "keep-reference": 2,
  take: 2,
  hold: 2,
  lifetime: 2,
  release: 3,
  defer: 3,
  earlier: 3,
  "own-lock": 4,
  // What these ask of the author, nobody can check here.
  subclass: 6,
  nest: 6,
  trylock: 6,
};

/** What breaks least first, then the smallest. */
export function byBreakage(a: Tried, b: Tried): number {
  return (
    broken(a, "error") - broken(b, "error") ||
    broken(a, "warning") - broken(b, "warning") ||
    size(a) - size(b) ||
    broken(a, "note") - broken(b, "note") ||
    b.effect.removed.length - a.effect.removed.length
  );
}

/**
 * The best of each kind first, and only then the second best: to choose from, different ways are worth more than the same
 * in another place. The same place, deferred to another kind of path, is no second way.
 */
export function varied(ranked: readonly Tried[]): Tried[] {
  const places = new Set<string>();
  const count = new Map<MendKind, number>();
  const rounds: [Tried[], Tried[]] = [[], []];
  for (const tried of ranked) {
    const { kind } = tried.changes[0];
    const where = JSON.stringify([kind, tried.changes.map(({ at }) => at)]);
    const before = count.get(kind) ?? 0;
    if (before >= rounds.length || (kind === "defer" && places.has(where))) continue;
    places.add(where);
    count.set(kind, before + 1);
    rounds[before].push(tried);
  }
  return rounds.flat();
}

function broken({ effect }: Tried, severity: Severity): number {
  return effect.introduced.filter((finding) => finding.severity === severity).length;
}

function size({ changes }: Tried): number {
  return changes.reduce((sum, { kind, size: own }) => sum + (own ?? SIZE[kind]), 0);
}

import type { Outcome, Status } from "./claim.js";
import type { UncoveredTable } from "./tables.js";

/** What a run has found out. */
export interface Verification {
  /** The kernel tree's folder, as the user gave it. */
  readonly source: string;
  readonly outcomes: readonly Outcome[];
  readonly uncovered: readonly UncoveredTable[];
  /** List the claims that hold, too. */
  readonly all: boolean;
}

export function formatJson({ source, outcomes, uncovered, all }: Verification): string {
  const claims = listed(outcomes, all).map(({ claim, status, now, why }) => {
    const { file, line, column } = claim.pos;
    return { manifest: { file, line, column }, what: claim.what, at: claim.at, status, now, why };
  });
  const report = {
    schema: "fence-lockcheck/verify/1",
    source,
    summary: summary(outcomes),
    claims,
    uncovered,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

export function formatText({ outcomes, uncovered, all }: Verification): string {
  const { claims, held, moved, gone } = summary(outcomes);
  const lines = listed(outcomes, all).map(({ claim, status, now, why }) => {
    const { file, line, column } = claim.pos;
    const news = now !== undefined ? ` -> ${now}` : why !== undefined ? `: ${why}` : "";
    return `${file}:${line}:${column}: ${status}: ${claim.what}, ${claim.at}${news}`;
  });
  lines.push(
    ...uncovered.map(({ table, op, at }) =>
      op === undefined
        ? `${at}: uncovered: no manifest covers struct dma_fence_ops ${table}`
        : `${at}: uncovered: no fence of ${table} has the op ${op}, which it sets`,
    ),
  );
  if (lines.length > 0) lines.push("");
  const missing = (word: string, count: number) =>
    count === 0 ? "" : `; ${count} uncovered ${count === 1 ? word : `${word}s`}`;
  const ops = uncovered.filter(({ op }) => op !== undefined).length;
  lines.push(
    `${claims} ${claims === 1 ? "claim" : "claims"}: ${held} held, ${moved} moved, ${gone} gone${missing("table", uncovered.length - ops)}${missing("op", ops)}`,
  );
  return `${lines.join("\n")}\n`;
}

function listed(outcomes: readonly Outcome[], all: boolean): readonly Outcome[] {
  return all ? outcomes : outcomes.filter(({ status }) => status !== "held");
}

function summary(outcomes: readonly Outcome[]): { claims: number } & Record<Status, number> {
  const count = (status: Status): number => outcomes.filter((outcome) => outcome.status === status).length;
  return { claims: outcomes.length, held: count("held"), moved: count("moved"), gone: count("gone") };
}

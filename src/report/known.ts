import type { Known } from "../checks/finding.js";

/** Why a finding of the baseline may stay for now: `accepted until the rework (jane), until 2026-12-31`. */
export function knownText({ reason, owner, expires }: Known): string {
  const who = owner === undefined ? reason : `${reason} (${owner})`;
  return expires === undefined ? who : `${who}, until ${expires}`;
}

import type { Claim, Outcome } from "./claim.js";

/** Found on these lines: held if the nearest to where it should be is the claim's own, else moved there. */
export function foundAt(claim: Claim, lines: readonly number[], expected: number): Outcome {
  const [nearest] = [...lines].sort((a, b) => Math.abs(a - expected) - Math.abs(b - expected) || a - b);
  if (nearest === claim.line) return { claim, status: "held" };
  return { claim, status: "moved", now: `${claim.file}:${nearest}` };
}

import type { Claim } from "./claim.js";
import type { LineExpectation } from "./match.js";

/** Why a claim is gone: what was looked for, and where. */
export function whyGone(claim: Claim, expect: LineExpectation): string {
  const inside = claim.inside === undefined ? claim.file : `${claim.inside.function}() or what it calls`;
  const expr = "expr" in expect ? expect.expr : undefined;
  const nor = expr === undefined ? "" : `, nor "${expr}"`;
  switch (expect.kind) {
    case "table":
      return `no table ${expect.table} in ${claim.file}`;
    case "init": {
      const what = [expect.table, expect.lock].filter((word) => word !== undefined).join(" and ");
      return `no dma_fence_init() with ${what || "any lock"} in ${claim.file}`;
    }
    case "definition":
      return `${expect.name}() is not defined in ${claim.file}`;
    case "declaration":
      return expr === undefined
        ? `no declaration of ${expect.lock} in ${claim.file}`
        : `no declaration of "${expr}" in ${claim.file}`;
    case "lock":
      return `no call that takes ${expect.lock}${nor} in ${inside}`;
    case "unlock":
      return `no call that releases ${expect.lock}${nor} in ${inside}`;
    case "call":
      return `no call of ${expect.names.map((name) => `${name}()`).join(" or ")}${nor} in ${inside}`;
    case "code":
    case "needs":
      return expr === undefined ? "no code of a function there" : `no "${expr}" in ${inside}`;
  }
}

import type { CFile } from "./c-file.js";
import type { Claim, Outcome } from "./claim.js";
import { driftOf } from "./drift.js";
import { isCodeOfAFunction, type LineExpectation, linesOf } from "./match.js";
import { checkOp } from "./ops.js";
import { foundAt } from "./outcome.js";
import { type Open, ownFunction, scopesOf } from "./scope.js";
import { whyGone } from "./why.js";

/**
 * What became of each claim, in their order.
 * @param open a file of the kernel tree, parsed; asked again for the same file, it should give the same one
 */
export function checkClaims(claims: readonly Claim[], open: Open): Outcome[] {
  const named = claims.filter(
    ({ expect: { kind } }) => kind === "op" || kind === "definition" || kind === "table",
  );
  const known = new Map(named.map((claim) => [claim, checkClaim(claim, undefined, open)]));
  const drift = driftOf([...known.values()]);
  return claims.map((claim) => known.get(claim) ?? checkClaim(claim, drift(claim.file, claim.line), open));
}

/** @param drift by how many lines the code there has moved, if anything shows it */
function checkClaim(claim: Claim, drift: number | undefined, open: Open): Outcome {
  const file = open(claim.file);
  if (file === undefined) return { claim, status: "gone", why: "no such file" };
  const { expect } = claim;
  return expect.kind === "op"
    ? checkOp(claim, expect, file, open)
    : checkLine(claim, expect, drift, file, open);
}

function checkLine(
  claim: Claim,
  expect: LineExpectation,
  drift: number | undefined,
  file: CFile,
  open: Open,
): Outcome {
  const expected = claim.line + (drift ?? 0);
  const isLine = (line: number): boolean => line >= 1 && line <= file.lineCount;
  const holdsIn = (view: CFile, line: number): boolean =>
    linesOf(expect, view, { start: line, end: line }, claim.inside).length > 0;
  for (const line of new Set([expected, claim.line])) {
    if (isLine(line) && (holdsIn(file.around(line), line) || holdsIn(file, line)))
      return foundAt(claim, [line], line);
  }

  // Without `expr`, a sleep or a wait names its call by chance only: where it does not, any code will do.
  const vague = (expect.kind === "code" || expect.kind === "needs") && expect.expr === undefined;
  const known = drift === undefined ? undefined : expected;
  for (const ranges of vague ? [ownFunction(claim, file)] : scopesOf(claim, known, file, open)) {
    const lines = ranges.flatMap((range) => linesOf(expect, file, range, claim.inside));
    if (lines.length > 0) return foundAt(claim, lines, expected);
  }
  if (vague && isLine(expected) && isCodeOfAFunction(file, expected))
    return foundAt(claim, [expected], expected);
  return { claim, status: "gone", why: whyGone(claim, expect) };
}

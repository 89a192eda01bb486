import { type CFile, calleeName, type Definition, type Span } from "./c-file.js";
import type { Claim } from "./claim.js";

/** Gives a file of the tree, parsed, or nothing where there is none. */
export type Open = (file: string) => CFile | undefined;

/**
 * Where a claim is looked for, best first, each rank a list of ranges. A step belongs into its own function, or, since
 * manifests name steps of callees too, into the one around its line that this function reaches by calls. Where no such
 * function is around its line, all of them are looked through, and the whole file if its own function is not in it.
 * @param expected where the claim's line should be by now, if anything shows it
 */
export function scopesOf(claim: Claim, expected: number | undefined, file: CFile, open: Open): Span[][] {
  const whole = [{ start: 1, end: file.lineCount }];
  if (claim.inside === undefined) return [whole];
  const around = ({ start, end }: Span): boolean =>
    expected !== undefined && start <= expected && expected <= end;
  const own = ownFunction(claim, file);
  if (own.some(around)) return [own];
  const ranks = reachedFrom(claim, file, open);
  const callee = ranks.flat().find(around);
  if (callee !== undefined) return [[callee]];
  return own.length > 0 ? [own, ...ranks] : [...ranks, whole];
}

/** The definitions of the function whose step it is, in this file. */
export function ownFunction({ inside }: Claim, file: CFile): Definition[] {
  return inside === undefined ? [] : named(file, new Set([inside.function]));
}

/** The functions of this file that the claim's function reaches by calls, within it and its own file; nearest first. */
function reachedFrom(claim: Claim, file: CFile, open: Open): Definition[][] {
  const { inside } = claim;
  const home = inside?.file === undefined || inside.file === claim.file ? undefined : open(inside.file);
  const files = home === undefined ? [file] : [file, home];
  const seen = new Set(inside === undefined ? [] : [inside.function]);
  const ranks: Definition[][] = [];
  let level: ReadonlySet<string> = seen;
  while (level.size > 0) {
    const called = new Set(
      files.flatMap((one) => named(one, level).flatMap((caller) => calledBy(one, caller))),
    );
    level = new Set([...called].filter((name) => !seen.has(name)));
    for (const name of level) seen.add(name);
    const here = named(file, level);
    if (here.length > 0) ranks.push(here);
  }
  return ranks;
}

/** What a function calls, or passes on to be called. */
function calledBy(file: CFile, { start, end }: Definition): string[] {
  return file.calls(start, end).flatMap(({ callee, args }) => [calleeName(callee), ...args]);
}

function named(file: CFile, names: ReadonlySet<string>): Definition[] {
  return file.definitions().filter(({ name }) => names.has(name));
}

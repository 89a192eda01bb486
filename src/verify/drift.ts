import type { Outcome } from "./claim.js";

/** By how many lines the code at this line of a file has moved; nothing where nothing shows it. */
export type Drift = (file: string, line: number) => number | undefined;

interface Anchor {
  readonly line: number;
  readonly drift: number;
}

/**
 * What has a name of its own, functions and tables, shows how far the lines below it have moved: where a driver has
 * grown at its top, the second of two equal lock calls must not be taken for the first.
 * @param outcomes of claims about such names
 */
export function driftOf(outcomes: readonly Outcome[]): Drift {
  const anchors = new Map<string, Anchor[]>();
  for (const { claim, status, now } of outcomes) {
    if (status === "gone") continue;
    const line = now === undefined ? claim.line : Number(now.slice(now.lastIndexOf(":") + 1));
    const known = anchors.get(claim.file) ?? [];
    known.push({ line: claim.line, drift: line - claim.line });
    anchors.set(claim.file, known);
  }
  for (const known of anchors.values()) known.sort((a, b) => a.line - b.line);
  return (file, line) => {
    const known = anchors.get(file) ?? [];
    const above = known.findLast((anchor) => anchor.line <= line);
    return (above ?? known[0])?.drift;
  };
}

import type { FilePosition } from "../source/position.js";
import type { RuleName, Severity } from "./rules.js";

/** The kinds of changes that are tried. */
export const MEND_KINDS = [
  "drop",
  "rely",
  "locked-variant",
  "keep-reference",
  "irq",
  "allocation",
  "omit",
  "take",
  "hold",
  "release",
  "defer",
  "earlier",
  "own-lock",
  "subclass",
  "nest",
  "trylock",
  "lifetime",
] as const;
export type MendKind = (typeof MEND_KINDS)[number];

/** Where a change is to be made. */
export interface ChangedPlace {
  /** The function, or the fence, that changes. */
  readonly function: string;
  /** The kernel line, `path:line`, where the input tells it. */
  readonly at?: string;
  readonly manifest: FilePosition;
}

/** A change after which the finding is gone: that was tried, by analysing the changed input. */
export interface Mend {
  readonly kind: MendKind;
  /** What to do. */
  readonly change: string;
  readonly at: readonly ChangedPlace[];
  readonly removes: true;
  /** What the change breaks: findings that were not there without it. */
  readonly introduces: readonly {
    readonly id: string;
    readonly rule: RuleName;
    readonly severity: Severity;
    readonly message: string;
  }[];
  /** The other findings that it removes, by id. */
  readonly alsoRemoves: readonly string[];
}

import type { Finding } from "../checks/finding.js";
import type { Severity } from "../checks/rules.js";
import type { LeftOut } from "../lockgraph/cycles.js";
import type { Change } from "./changes.js";

/** One side of a comparison. */
export interface DiffSide {
  readonly name: string;
  readonly title?: string;
  readonly source?: string;
  /** The drivers that are analysed as the policy's overlays have them. */
  readonly overlays?: readonly string[];
  readonly summary: Readonly<Record<Severity, number>>;
  /** What a bounded report leaves out: what is missing there can look introduced or fixed. */
  readonly leftOut?: LeftOut;
}

/** What one policy, or one state of the manifests, does to another: the JSON contract `fence-lockcheck/diff/1`. */
export interface DiffReport {
  readonly schema: "fence-lockcheck/diff/1";
  readonly tool: { readonly name: "fence-lockcheck"; readonly version: string };
  readonly base: string;
  readonly head: string;
  readonly sides: { readonly base: DiffSide; readonly head: DiffSide };
  /** How the policies differ, in words too. */
  readonly changes: readonly Change[];
  readonly introduced: readonly Finding[];
  readonly fixed: readonly Finding[];
  readonly unchanged: readonly Finding[];
}

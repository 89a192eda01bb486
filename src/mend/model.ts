import type { ChangedPlace, MendKind } from "../checks/mend.js";
import type { Manifest } from "../manifest/model.js";
import type { Policy } from "../policy/model.js";

/** What is analysed, and changed. */
export interface Code {
  readonly manifests: readonly Manifest[];
  readonly policy: Policy;
}

/** One change that might remove a finding. */
export interface Candidate {
  readonly kind: MendKind;
  /** What it works on: where the finding then comes about elsewhere, the same is done there. */
  readonly about: string;
  /** What to do. */
  readonly change: string;
  readonly at: ChangedPlace;
  /** How much it asks for, where that is more than is usual for its kind. */
  readonly size?: number;
  /** New lock classes, by name, with the class that each stands in for. */
  readonly renames?: ReadonlyMap<string, string>;
  /** A changed copy; the same object where there is nothing to change. */
  readonly apply: (code: Code) => Code;
}

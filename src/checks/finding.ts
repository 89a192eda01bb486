import type { KindName } from "../lockgraph/kinds.js";
import type { Context } from "../manifest/words.js";
import type { FilePosition } from "../source/position.js";
import type { Mend } from "./mend.js";
import type { Certainty, RuleName, Severity } from "./rules.js";

/** One link of the chain that leads from an entry point to an acquisition. */
export interface ChainLink {
  readonly function: string;
  /** What happens there: `lock X`, `call f`, `op set_deadline`. */
  readonly action: string;
  /** The kernel line, `path:line`, where the input tells it. */
  readonly at?: string;
  readonly manifest: FilePosition;
  readonly when?: string;
}

/** How it comes about: from the entry point, in its context, to the last link. */
export interface EvidenceReport {
  readonly entry: string;
  readonly context: Context;
  readonly chain: readonly ChainLink[];
}

export interface FindingDependency {
  readonly from: string;
  readonly to: string;
  readonly kind: KindName;
  /** Where `from` was taken, as an index into the chain. */
  readonly held?: number;
  readonly evidence: EvidenceReport;
}

/** One CPU's column of a schedule: its steps by time, empty where another CPU moves. */
export interface ScheduleColumn {
  readonly cpu: number;
  readonly steps: readonly string[];
}

/** Why a finding may stay for now: what its entry in the baseline says. */
export interface Known {
  readonly reason: string;
  readonly owner?: string;
  /** The last day, as YYYY-MM-DD. */
  readonly expires?: string;
}

/** One problem, with its rule, severity, certainty and evidence. */
export interface Finding {
  /** A fingerprint of rule, canonical cycle, fences and ops: no line numbers. */
  readonly id: string;
  readonly rule: RuleName;
  readonly severity: Severity;
  readonly certainty: Certainty;
  readonly message: string;
  readonly help: string;
  readonly when: readonly string[];
  readonly drivers: readonly string[];
  readonly fences: readonly string[];
  readonly ops: readonly string[];
  /** The ops at fault, each with its fence: `driver/fence.op`. */
  readonly calls: readonly string[];
  /** The same for the ops around which a what-if holds one of the locks. */
  readonly holds: readonly string[];
  readonly locks: readonly string[];
  readonly dependencies: readonly FindingDependency[];
  readonly schedule: readonly ScheduleColumn[];
  /** The lock that guards a `guarded` finding. */
  readonly gate?: string;
  /** Other entry points that lead to the same problem. */
  readonly alsoFrom?: readonly string[];
  /** It stands in the baseline that was given. */
  readonly known?: Known;
  /** What removes it, best first; left out where no change was tried. */
  readonly mends?: readonly Mend[];
}

import type { Program } from "../link/program.js";
import type { LockGraph } from "../lockgraph/lock-graph.js";
import type { PathSearch } from "../lockgraph/paths.js";
import type { Trace } from "../trace/events.js";
import type { Finding } from "./finding.js";
import { fingerprint } from "./fingerprint.js";
import { RULES, type RuleName } from "./rules.js";

/** What every check reads. */
export interface CheckInput {
  readonly program: Program;
  readonly trace: Trace;
  readonly locks: LockGraph;
  readonly search: PathSearch;
}

/** A check looks at everything and tells what it found; the same input gives the same findings in the same order. */
export type Check = (input: CheckInput) => Finding[];

type Drafted =
  | "rule"
  | "certainty"
  | "message"
  | "help"
  | "drivers"
  | "fences"
  | "ops"
  | "calls"
  | "holds"
  | "locks";
export type Draft = Pick<Finding, Drafted> &
  Partial<Omit<Finding, Drafted | "id">> & {
    /** What tells this finding from others of the same rule, locks, fences and ops; no line numbers. */
    readonly detail?: readonly string[];
    /** The locks that make it this problem, where `locks` has others that just happened to come first. */
    readonly essential?: readonly string[];
  };

/**
 * The rules about paths through the lock graph. Which fences and ops their evidence passes through depends on which
 * way is shortest, and so on what else is among the inputs: the classes alone say which problem it is.
 */
const BY_PATH: ReadonlySet<RuleName> = new Set([
  "lock-order",
  "fence-wait",
  "irq-inconsistent",
  "irq-inversion",
  "declared-order",
]);

/** Completes a finding: its severity from the table of rules (a guarded one is a note), and its fingerprint. */
export function finding({ detail = [], essential, ...draft }: Draft): Finding {
  const { rule, certainty, locks, fences, ops } = draft;
  // The same holds for a lock that is perhaps the one that is held: by what chain it comes to that, may change.
  const byClasses = BY_PATH.has(rule) || (rule === "self-deadlock" && certainty === "possible");
  const identity = [
    rule,
    ...(essential ?? locks),
    "",
    ...(byClasses ? [] : [...fences, "", ...ops]),
    "",
    ...detail,
  ];
  return {
    severity: certainty === "guarded" ? "note" : RULES[rule].severity,
    when: [],
    dependencies: [],
    schedule: [],
    ...draft,
    id: `${rule}-${fingerprint(identity)}`,
  };
}

/** Keeps the first finding of each fingerprint: the one with the shortest evidence. */
export class Collected {
  readonly #byId = new Map<string, { finding: Finding; entries: Set<string> }>();

  /** Adds what `make` builds, unless one of that key is there; then only notes the other entry point. */
  add(rule: RuleName, key: string, entry: string, make: () => Finding): void {
    const known = this.#byId.get(`${rule} ${key}`);
    if (known !== undefined) known.entries.add(entry);
    else this.#byId.set(`${rule} ${key}`, { finding: make(), entries: new Set([entry]) });
  }

  all(): Finding[] {
    return [...this.#byId.values()].map(({ finding: first, entries }) =>
      entries.size > 1 ? { ...first, alsoFrom: [...entries].slice(1) } : first,
    );
  }
}

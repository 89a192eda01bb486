import type { Severity } from "../checks/rules.js";
import type { KindName } from "../lockgraph/kinds.js";

/** One lock class in a picture of the lock graph. */
export interface DrawnLock {
  readonly name: string;
  /** spinlock, mutex, ...; `wait` for what is no lock but a wait for something. */
  readonly kind: string;
  /** The fences whose fence lock it is, as driver/fence. */
  readonly fences: readonly string[];
  /** On a cycle of dependencies that can deadlock. */
  readonly cyclic: boolean;
  /** Of the findings that are about it, the highest severity. */
  readonly finding?: Severity;
}

/** One dependency: `to` is taken while `from` is held. */
export interface DrawnDependency {
  readonly from: string;
  readonly to: string;
  readonly kinds: readonly KindName[];
  readonly cyclic: boolean;
  readonly finding?: Severity;
}

/** The lock graph, or a part of it, as `graph` prints it. */
export interface Drawing {
  readonly schema: "fence-lockcheck/graph/1";
  readonly policy: string;
  /** The lock around which it is drawn. */
  readonly focus?: string;
  readonly locks: readonly DrawnLock[];
  readonly dependencies: readonly DrawnDependency[];
  /** What is not shown, and why. */
  readonly leftOut?: { readonly locks: number; readonly dependencies: number; readonly because: string };
}

/** What is left out, in one sentence. */
export function leftOutText({ leftOut }: Drawing): string | undefined {
  if (leftOut === undefined) return undefined;
  return `${leftOut.locks} locks and ${leftOut.dependencies} dependencies are left out: ${leftOut.because}`;
}

/** A wait that nothing leads to or from says nothing. */
export function isLinked({ name, kind }: DrawnLock, { dependencies }: Drawing): boolean {
  return kind !== "wait" || dependencies.some(({ from, to }) => from === name || to === name);
}

export type Severity = "error" | "warning" | "note";
export type Certainty = "definite" | "possible" | "guarded";

export type RuleName =
  | "self-deadlock"
  | "lock-order"
  | "irq-inconsistent"
  | "irq-inversion"
  | "wait-context"
  | "fence-wait"
  | "missing-lock"
  | "declared-order"
  | "unbalanced"
  | "unprotected-return"
  | "no-grace-period"
  | "callback-under-lock";

export interface Rule {
  readonly severity: Severity;
  /** One line: what is wrong. */
  readonly title: string;
  /** What lockdep prints for it, or who else would complain. */
  readonly lockdep: string;
}

/** Every rule with its words: the one table that reports, `explain` and the docs feed on. */
export const RULES: Readonly<Record<RuleName, Rule>> = {
  "self-deadlock": {
    severity: "error",
    title: "a lock is taken by a thread that holds it already",
    lockdep: "possible recursive locking detected",
  },
  "lock-order": {
    severity: "error",
    title: "locks are taken in orders that contradict each other",
    lockdep: "possible circular locking dependency detected",
  },
  "irq-inconsistent": {
    severity: "error",
    title: "a lock is taken in an interrupt, and elsewhere with that interrupt enabled",
    lockdep: "inconsistent lock state",
  },
  "irq-inversion": {
    severity: "error",
    title: "a lock taken in an interrupt depends on one that is taken with that interrupt enabled",
    lockdep: "possible irq lock inversion dependency detected",
  },
  "wait-context": {
    severity: "error",
    title: "code that may sleep runs where sleeping is not allowed",
    lockdep: "Invalid wait context",
  },
  "fence-wait": {
    severity: "error",
    title: "a wait for what needs a lock that the waiter holds",
    lockdep: "possible circular locking dependency detected (cross-release, dma_fence_map)",
  },
  "missing-lock": {
    severity: "error",
    title: "code relies on a lock that is not held here",
    lockdep: "WARNING at lockdep_assert_held()",
  },
  "declared-order": {
    severity: "error",
    title: "locks are taken against the documented order",
    lockdep: "possible circular locking dependency detected",
  },
  unbalanced: {
    severity: "error",
    title: "a lock is released that is not held",
    lockdep: "bad unlock balance detected",
  },
  "unprotected-return": {
    severity: "warning",
    title: "what an op returns may be freed while the caller uses it",
    lockdep: "none: KASAN, use-after-free",
  },
  "no-grace-period": {
    severity: "warning",
    title: "an op runs without the lock on data that is freed without a grace period",
    lockdep: "none: KASAN, use-after-free",
  },
  "callback-under-lock": {
    severity: "note",
    title: "fence callbacks run with a lock of the driver held",
    lockdep: "none",
  },
};

export const SEVERITIES: readonly Severity[] = ["error", "warning", "note"];

/** Worse ones first. */
export function bySeverity(a: { readonly severity: Severity }, b: { readonly severity: Severity }): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
}

/** Whether one thing is worse than another; than nothing, all are. */
export function isWorse(
  one: { readonly severity: Severity },
  than: { readonly severity: Severity } | undefined,
): boolean {
  return than === undefined || bySeverity(one, than) < 0;
}

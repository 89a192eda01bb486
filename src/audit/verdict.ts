import type { Finding } from "../checks/finding.js";
import type { RuleName } from "../checks/rules.js";

/** What an audit says of one op, worst first; `ok` and `unknown` where no finding says more. */
export const VERDICTS = [
  "self-deadlock",
  "lock-order",
  "wait-context",
  "irq",
  "fence-wait",
  "lifetime",
  "unknown",
  "ok",
] as const;
export type Verdict = (typeof VERDICTS)[number];

const VERDICT_OF: Readonly<Record<RuleName, Verdict | undefined>> = {
  "self-deadlock": "self-deadlock",
  unbalanced: "self-deadlock",
  "lock-order": "lock-order",
  "declared-order": "lock-order",
  "wait-context": "wait-context",
  "irq-inconsistent": "irq",
  "irq-inversion": "irq",
  "fence-wait": "fence-wait",
  "unprotected-return": "lifetime",
  "no-grace-period": "lifetime",
  "missing-lock": "unknown",
  "callback-under-lock": undefined,
};

/** The worst of some findings, and the one that says it. A guarded finding and a note weigh nothing. */
export function worst(
  findings: readonly Finding[],
): { readonly verdict: Verdict; readonly because: Finding } | undefined {
  let found: { verdict: Verdict; because: Finding } | undefined;
  for (const finding of findings) {
    const verdict = finding.severity === "note" ? undefined : VERDICT_OF[finding.rule];
    if (verdict === undefined) continue;
    const better =
      found === undefined
        ? -1
        : VERDICTS.indexOf(verdict) - VERDICTS.indexOf(found.verdict) ||
          finding.drivers.length - found.because.drivers.length;
    if (better < 0) found = { verdict, because: finding };
  }
  return found;
}

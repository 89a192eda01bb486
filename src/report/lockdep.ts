import type { Report } from "../analysis/report.js";
import type { Finding } from "../checks/finding.js";
import { knownText } from "./known.js";
import { circular } from "./lockdep/circular.js";
import { invalidContext } from "./lockdep/context.js";
import { missingLock, unbalanced } from "./lockdep/held.js";
import { irqInconsistent, irqInversion } from "./lockdep/irq.js";
import type { Body } from "./lockdep/lines.js";
import { plain } from "./lockdep/plain.js";
import { recursive } from "./lockdep/recursive.js";
import { policyLabel } from "./names.js";
import { summaryLine } from "./summary.js";
import { oneLine } from "./wrap.js";

/** Each rule's report in the shape of the kernel's own (kernel/locking/lockdep.c, the print_*() functions). */
const BODIES: Readonly<Record<Finding["rule"], Body>> = {
  "self-deadlock": recursive,
  "lock-order": circular,
  "declared-order": circular,
  "fence-wait": circular,
  "irq-inconsistent": irqInconsistent,
  "irq-inversion": irqInversion,
  "wait-context": invalidContext,
  "missing-lock": missingLock,
  unbalanced,
  "unprotected-return": plain,
  "no-grace-period": plain,
  "callback-under-lock": plain,
};

/**
 * The findings as a kernel with PROVE_LOCKING would print them, for those who read such reports every day; plain text,
 * to be pasted into a mail. The policy stands where the kernel's release does, evidence where stack addresses do. What
 * cannot be known without running, such as tasks, is left out.
 */
export function lockdep(report: Report): string {
  const blocks = report.findings.map((finding) => splat(finding, report));
  return `${[...blocks, summaryLine(report)].join("\n\n")}\n`;
}

function splat(finding: Finding, report: Report): string {
  const { title, lines } = BODIES[finding.rule](finding, report);
  return [
    "=".repeat(title.length),
    title,
    `policy ${policyLabel(report)}`,
    "-".repeat(title.length),
    ...lines,
    "",
    ...footer(finding),
  ]
    .map(oneLine)
    .join("\n");
}

/** What lockdep cannot tell: when it happens, how sure it is, and what would mend it. */
function footer({ when, message, certainty, help, id, known }: Finding): string[] {
  return [
    `fence-lockcheck: ${message}`,
    ...when.map((condition) => ` only when: ${condition}`),
    ...(known === undefined ? [] : [` known: ${knownText(known)}`]),
    ` mend: ${help}`,
    ` ${certainty}, ${id}`,
  ];
}

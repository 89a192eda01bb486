import type { Finding, FindingDependency } from "../checks/finding.js";
import { taker, trier } from "../manifest/kernel-functions.js";
import type { Step } from "../manifest/model.js";
import { allSteps } from "../manifest/steps.js";
import { editAt, find } from "./bodies.js";
import type { Candidate, Code } from "./model.js";
import { isAt, mapSteps, replaceStep } from "./steps.js";
import { kindOfLock, pair, placeOfLink, spins } from "./words.js";

/** Only tries to take the second lock. Who fails has to do without, which only the code's author can say how. */
export function trylockCandidates(code: Code, dependency: FindingDependency): Candidate[] {
  const link = dependency.evidence.chain[dependency.evidence.chain.length - 1];
  const found = find(code, link);
  if (found?.manifest === undefined || found.step.kind !== "lock" || found.step.try) return [];
  const { lock, mode } = found.step;
  return [
    {
      kind: "trylock",
      about: `trylock ${pair(dependency)}`,
      change: `only try to take ${dependency.to} in ${link.function}() (${trier(kindOfLock(code, lock), mode)}), and do without or come back`,
      at: placeOfLink(link),
      apply: (given) =>
        editAt(given, link, (steps) =>
          replaceStep(steps, link.manifest, (step) => [step.kind === "lock" ? { ...step, try: true } : step]),
        ),
    },
  ];
}

/** An allocation that neither sleeps nor reclaims. */
export function allocationCandidates(code: Code, dependency: FindingDependency): Candidate[] {
  const link = dependency.evidence.chain[dependency.evidence.chain.length - 1];
  const found = find(code, link);
  if (found?.manifest === undefined || found.step.kind !== "sleep") return [];
  if (found.step.alloc !== "GFP_KERNEL" && !/\bGFP_KERNEL\b/.test(found.step.why)) return [];
  return [
    {
      kind: "allocation",
      about: `allocation ${dependency.from}`,
      change: `allocate with GFP_NOWAIT in ${link.function}(), or before`,
      at: placeOfLink(link),
      apply: (given) =>
        editAt(given, link, (steps) =>
          replaceStep(steps, link.manifest, (step) => [
            step.kind === "sleep" ? { ...step, alloc: "GFP_NOWAIT" } : step,
          ]),
        ),
    },
  ];
}

/** Takes a lock with interrupts disabled where it is taken, or let go of, with them enabled. */
export function irqCandidates(code: Code, { rule, dependencies }: Finding): Candidate[] {
  const last = dependencies.length - 1;
  const [enabled, interrupt] = rule === "irq-inversion" ? [last, 0] : [0, last];
  const { to, evidence } = dependencies[enabled];
  const link = evidence.chain[evidence.chain.length - 1];
  const found = find(code, link);
  if (found === undefined) return [];
  const softirq = dependencies[interrupt].evidence.context === "softirq";
  const ending = softirq ? "_bh" : "_irqsave";
  const kind = kindOfLock(code, to);
  if (!spins(kind)) return [];
  const off = (step: Step): Step => {
    if (step.kind !== "lock") return step;
    return softirq && step.irq === undefined ? { ...step, bh: true } : { ...step, irq: "save" };
  };
  const about = `irq ${to}`;
  const at = placeOfLink(link);
  const { step } = found;
  if (step.kind === "lock" && step.irq === undefined && !(softirq && step.bh)) {
    const change = `take ${to} with ${taker(kind, step.mode, ending)} in ${link.function}()`;
    const apply = (given: Code) =>
      editAt(given, link, (steps) => replaceStep(steps, link.manifest, (own) => [off(own)]));
    return [{ kind: "irq", about, change, at, apply }];
  }
  // Interrupts come on within: by a spin_unlock_irq(), which does not ask whether they were on before.
  const culprits = [...allSteps(found.body.steps)]
    .filter((own) => own.kind === "lock")
    .filter(({ irq, lock }) => irq === "off" && spins(kindOfLock(code, lock)));
  if (culprits.length === 0) return [];
  const taken = culprits.map(
    ({ lock, mode }) => `${lock} with ${taker(kindOfLock(code, lock), mode, "_irqsave")}`,
  );
  const change = `take ${taken.join(" and ")} in ${link.function}(), which enables interrupts with ${to} held`;
  const apply = (given: Code) =>
    editAt(given, link, (steps) =>
      mapSteps(steps, (own) =>
        culprits.some(({ pos }) => isAt(own, pos)) && own.kind === "lock" ? { ...own, irq: "save" } : own,
      ),
    );
  return [{ kind: "irq", about, change, at, apply }];
}

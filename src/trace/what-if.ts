import { type LinkedStep, type LockRef, SELF } from "../link/program.js";

/** A `hold` is taken as the RFCs take the fence lock: with interrupts off. */
export function holdStep(step: Extract<LinkedStep, { kind: "op" }>, lock: LockRef): LinkedStep {
  const { pos, at, note, when } = step.step;
  const declared = {
    pos,
    at,
    note,
    when,
    kind: "lock",
    lock: `hold for ${step.op}`,
    mode: "write",
    irq: "save",
    bh: false,
    try: false,
    subclass: 0,
  } as const;
  return { kind: "lock", step: declared, lock, on: SELF, steps: [step], whatIf: true };
}

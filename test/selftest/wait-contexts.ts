import type { Context, LockKind } from "../../src/manifest/words.js";
import { type SelfTest, type Take, write } from "./notation.js";

/** The rows of the table: what is entered first, and which of the columns it does not allow. */
interface Outer {
  readonly name: string;
  readonly context?: Context;
  readonly lock?: { readonly kind: LockKind; readonly take: Take };
  readonly forbids: readonly string[];
}

const lock = (kind: LockKind, take: Take = write("A")) => ({ kind, take });

const OUTER: readonly Outer[] = [
  { name: "HARDIRQ", context: "hardirq", forbids: ["mutex"] },
  { name: "SOFTIRQ", context: "softirq", forbids: ["mutex"] },
  { name: "RCU", lock: lock("rcu"), forbids: ["mutex"] },
  { name: "RCU_BH", lock: lock("rcu", { lock: "A", bh: true }), forbids: ["mutex"] },
  { name: "raw_spinlock", lock: lock("raw_spinlock"), forbids: ["spinlock", "mutex"] },
  { name: "spinlock", lock: lock("spinlock"), forbids: ["mutex"] },
  { name: "mutex", lock: lock("mutex"), forbids: [] },
];

const INNER: readonly (readonly [string, LockKind])[] = [
  ["RCU", "rcu"],
  ["raw_spinlock", "raw_spinlock"],
  ["spinlock", "spinlock"],
  ["mutex", "mutex"],
];

export const WAIT_CONTEXTS = OUTER.flatMap(({ name, context = "process", lock: outer, forbids }) =>
  INNER.map(
    ([inner, kind]): SelfTest => ({
      name: `${inner}_in_${name}`,
      locks: { ...(outer === undefined ? {} : { A: outer.kind }), B: kind },
      sections: [{ context, steps: [...(outer === undefined ? [] : [outer.take]), write("B")] }],
      lockdep: forbids.includes(inner) ? "wait-context" : "clean",
    }),
  ),
);

import {
  HARD,
  nested,
  read,
  recurse,
  type SelfTest,
  SOFT,
  section,
  within,
  without,
  write,
} from "./notation.js";

/** Where read_lock() queues outside of interrupts: only in the handler does it recurse. */
const queued: SelfTest[] = [
  {
    name: "queued_read_lock_hardirq_RE_Er",
    locks: { A: "rwlock", B: "rwlock" },
    sections: [within(HARD, ...nested(recurse("A"), write("B"))), without(HARD, write("B"), read("A"))],
    lockdep: "lock-order",
  },
  {
    name: "queued_read_lock_hardirq_ER_rE",
    locks: { A: "rwlock", B: "rwlock" },
    sections: [within(HARD, ...nested(write("B"), recurse("A"))), without(HARD, read("A"), write("B"))],
    lockdep: "clean",
  },
  {
    name: "queued_read_lock_hardirq_inversion",
    locks: { A: "rwlock", B: "rwlock" },
    sections: [
      within(HARD, ...nested(write("B"))),
      without(HARD, write("B"), read("A")),
      section(...nested(read("A"))),
    ],
    lockdep: "irq-inversion",
  },
];

const localLock2 = [within(HARD, ...nested(write("A"))), without(HARD, write("A"), write("local"))];
const localLock3A = [section(...nested(write("local"), write("B"))), ...localLock2];

/** A local_lock is a count of preemption, not a lock: nothing waits for it over an interrupt. */
const localLocks: SelfTest[] = [
  {
    name: "local_lock_2",
    locks: { A: "spinlock", local: "local_lock" },
    sections: [section(...nested(write("local"))), ...localLock2],
    lockdep: "clean",
  },
  {
    name: "local_lock_3A",
    locks: { A: "spinlock", B: "spinlock", local: "local_lock" },
    sections: localLock3A,
    lockdep: "clean",
  },
  {
    name: "local_lock_3B",
    locks: { A: "spinlock", B: "spinlock", local: "local_lock" },
    sections: [...localLock3A, without(HARD, write("A"), write("B"))],
    lockdep: "irq-inversion",
  },
];

const hardNotSoft: SelfTest = {
  name: "hardirq_deadlock_softirq_not_deadlock",
  locks: { M: "mutex", A: "spinlock", B: "spinlock", C: "spinlock", D: "spinlock" },
  sections: [
    section(...nested(write("M"), HARD.disabled(write("C")))),
    within(HARD, ...nested(write("A"))),
    without(HARD, write("A"), write("B")),
    without(HARD, write("B"), write("C")),
    within(SOFT, ...nested(write("D"))),
    without(SOFT, write("D")),
    without(HARD, write("C"), write("D")),
  ],
  lockdep: "irq-inversion",
};

export const IRQS_ALONE = [...queued, ...localLocks, hardNotSoft];

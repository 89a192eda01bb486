import {
  type Flavour,
  HARD,
  INTERRUPTS,
  type Interrupt,
  nested,
  orders,
  RWLOCK,
  recurse,
  release,
  type Section,
  type SelfTest,
  SOFT,
  SPINNING,
  section,
  take,
  type Verdict,
  within,
  without,
  write,
} from "./notation.js";

/** Some events, for each interrupt and each flavour of lock, in each order; readers alone are never wrong. */
interface Family {
  readonly name: string;
  readonly flavours: readonly (readonly [string, Flavour])[];
  readonly interrupts: readonly Interrupt[];
  /** The kinds of A and B, where they are not the flavour's. */
  readonly A?: "rwlock";
  readonly B?: "rwlock" | "spinlock" | "none";
  readonly lockdep: Verdict;
  readonly also?: readonly Verdict[];
  readonly events: (interrupt: Interrupt, flavour: Flavour) => readonly Section[];
}

const BOTH = { flavours: SPINNING, interrupts: INTERRUPTS };

/** Lets interrupts in again while the lock is still held; rcu stands for local_irq_disable() by itself. */
function enabledTooEarly({ disabled }: Interrupt, flavour: Flavour): Section {
  return section(disabled(recurse("gate")), take(flavour, "A"), release("gate"), release("A"));
}

const FAMILIES: readonly Family[] = [
  {
    ...BOTH,
    name: "irqsafe1",
    B: "none",
    lockdep: "irq-inconsistent",
    events: (irq, lock) => [within(irq, ...nested(take(lock, "A"))), section(...nested(take(lock, "A")))],
  },
  {
    name: "irqsafe2A",
    flavours: SPINNING,
    interrupts: [SOFT],
    B: "none",
    lockdep: "irq-inconsistent",
    events: (irq, lock) => [within(irq, ...nested(take(lock, "A"))), enabledTooEarly(HARD, lock)],
  },
  {
    ...BOTH,
    name: "irqsafe2B",
    B: "none",
    lockdep: "irq-inconsistent",
    events: (irq, lock) => [within(irq, ...nested(take(lock, "A"))), enabledTooEarly(irq, lock)],
  },
  {
    ...BOTH,
    name: "irqsafe3",
    lockdep: "irq-inconsistent",
    also: ["irq-inversion"],
    events: (irq, lock) => [
      section(...nested(take(lock, "A"), take(lock, "B"))),
      section(...nested(take(lock, "B"))),
      within(irq, ...nested(take(lock, "A"))),
    ],
  },
  {
    ...BOTH,
    name: "irqsafe4",
    lockdep: "irq-inversion",
    events: (irq, lock) => [
      without(irq, take(lock, "A"), take(lock, "B")),
      section(...nested(take(lock, "B"))),
      within(irq, ...nested(take(lock, "A"))),
    ],
  },
  {
    ...BOTH,
    name: "irq_inversion",
    A: "rwlock",
    lockdep: "irq-inversion",
    events: (irq, lock) => [
      without(irq, write("A"), take(lock, "B")),
      section(...nested(take(lock, "B"))),
      within(irq, ...nested(recurse("A"))),
    ],
  },
  {
    name: "irq_read_recursion",
    flavours: RWLOCK,
    interrupts: INTERRUPTS,
    B: "spinlock",
    lockdep: "irq-inconsistent",
    events: (irq, lock) => [
      without(irq, write("A")),
      section(...nested(recurse("A"))),
      within(irq, ...nested(take(lock, "A"), write("B"))),
    ],
  },
  {
    name: "irq_read_recursion2",
    flavours: RWLOCK,
    interrupts: INTERRUPTS,
    B: "spinlock",
    lockdep: "irq-inversion",
    events: (irq, lock) => [
      without(irq, write("B"), take(lock, "A")),
      section(...nested(recurse("A"))),
      within(irq, ...nested(write("B"))),
    ],
  },
  {
    name: "irq_read_recursion3",
    flavours: RWLOCK,
    interrupts: INTERRUPTS,
    lockdep: "irq-inversion",
    events: (irq, lock) => [
      without(irq, write("B"), take(lock, "A")),
      section(...nested(recurse("A"))),
      within(irq, ...nested(recurse("B"))),
    ],
  },
];

function casesOf(family: Family): SelfTest[] {
  const { name, A, B, flavours, interrupts, events, lockdep, also } = family;
  return flavours.flatMap(([lock, flavour]) =>
    interrupts.flatMap((irq) =>
      orders(events(irq, flavour)).map(([order, sections]): SelfTest => {
        const clean = lock === "rlock";
        return {
          name: `${name}_${irq.name}_${lock}_${order}`,
          locks: {
            A: A ?? flavour.kind,
            ...(B === "none" ? {} : { B: B ?? flavour.kind }),
            ...(name.startsWith("irqsafe2") ? { gate: "rcu" } : {}),
          },
          sections,
          lockdep: clean ? "clean" : lockdep,
          also: clean ? undefined : also,
        };
      }),
    ),
  );
}

export const IRQS = FAMILIES.flatMap(casesOf);

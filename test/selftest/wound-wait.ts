import { attempt, nested, release, type SelfTest, section, under, write } from "./notation.js";

/** `o` is the class of the ww_mutexes o and o2; `t` that of their ww_acquire_ctx, a mutex to lockdep. */
const LOCKS = { o: "ww_mutex", t: "mutex" } as const;

/** How the first object is locked, and how the second: alone, tried, or with a context, which `t` is. */
const WAYS = {
  context: [write("t"), under("t", "o")],
  try: [attempt("o")],
  block: [write("o")],
};

const SECOND = [
  ["block", [write("o")]],
  ["try", [attempt("o")]],
  ["context", [write("t"), under("t", "o")]],
] as const;

/** The context that is initialised before the first object serialises the second; a later one does not. */
const pairs = Object.entries(WAYS).flatMap(([first, steps]) =>
  SECOND.map(
    ([second, more]): SelfTest => ({
      name: `ww_test_${first}_${second}`,
      locks: LOCKS,
      sections: [
        section(...steps, ...(first === "context" ? more.filter(({ lock }) => lock !== "t") : more)),
      ],
      lockdep: second === "try" || (first === "context" && second === "context") ? "clean" : "self-deadlock",
    }),
  ),
);

/** An object in both orders with a spinlock. */
const spin = SECOND.map(([way, steps]): SelfTest => {
  const context = steps.filter(({ lock }) => lock === "t");
  const object = steps.filter(({ lock }) => lock === "o");
  return {
    name: `ww_test_spin_${way}`,
    locks: { ...LOCKS, A: "spinlock" },
    sections: [
      section(
        ...nested(write("A")),
        ...context,
        ...nested(...object, write("A")),
        ...nested(write("A"), ...object),
      ),
    ],
    lockdep: way === "try" ? "clean" : "wait-context",
    also: way === "try" ? [] : ["lock-order"],
  };
});

const others: SelfTest[] = [
  {
    name: "ww_test_normal",
    locks: LOCKS,
    sections: [
      section(write("t"), ...nested(write("o")), ...nested(attempt("o")), ...nested(under("t", "o"))),
    ],
    lockdep: "clean",
  },
  {
    name: "ww_test_two_contexts",
    locks: LOCKS,
    sections: [section(write("t"), write("t"))],
    lockdep: "self-deadlock",
  },
  {
    name: "ww_test_context_unlock_twice",
    locks: LOCKS,
    sections: [section(write("t"), release("t"), release("t"))],
    lockdep: "unbalanced",
  },
  {
    name: "ww_test_object_unlock_twice",
    locks: LOCKS,
    sections: [section(write("o"), release("o"), release("o"))],
    lockdep: "unbalanced",
  },
  {
    name: "ww_test_spin_nest_unlocked",
    locks: { ...LOCKS, A: "spinlock" },
    sections: [section(...nested(under("o", "A")))],
    lockdep: "missing-lock",
  },
  {
    name: "ww_test_spin_nest_lock",
    locks: { A: "spinlock", X: "spinlock", Y: "spinlock" },
    sections: [
      section(
        write("X"),
        under("X", "Y"),
        write("A"),
        under("X", "Y"),
        release("A"),
        release("Y"),
        release("Y"),
        release("X"),
      ),
    ],
    lockdep: "clean",
  },
];

export const WOUND_WAIT = [...pairs, ...spin, ...others];

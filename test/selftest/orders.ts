import {
  ALL,
  FLAVOURS,
  nested,
  orders,
  read,
  recurse,
  release,
  type SelfTest,
  section,
  take,
  type Verdict,
  write,
} from "./notation.js";

/** Pairs of locks, the second inside the first, that together go round. */
const CIRCLES = {
  ABBA: ["AB", "BA"],
  ABBCCA: ["AB", "BC", "CA"],
  ABCABC: ["AB", "CA", "BC"],
  ABBCCDDA: ["AB", "BC", "CD", "DA"],
  ABCDBDDA: ["AB", "CD", "BD", "DA"],
  ABCDBCDA: ["AB", "CD", "BC", "DA"],
};

const recursion = ALL.map(
  ([name, flavour]): SelfTest => ({
    name: `AA_${name}`,
    locks: { X: flavour.kind },
    sections: [section(take(flavour, "X"), take(flavour, "X"))],
    lockdep: name === "rlock" ? "clean" : "self-deadlock",
  }),
);

const circles = Object.entries(CIRCLES).flatMap(([circle, pairs]) =>
  ALL.map(
    ([name, flavour]): SelfTest => ({
      name: `${circle}_${name}`,
      locks: Object.fromEntries([...new Set(pairs.join(""))].map((lock) => [lock, flavour.kind])),
      sections: pairs.map(([outer, inner]) => section(...nested(take(flavour, outer), take(flavour, inner)))),
      lockdep: name === "rlock" ? "clean" : "lock-order",
    }),
  ),
);

const doubleUnlock = ALL.map(
  ([name, flavour]): SelfTest => ({
    name: `double_unlock_${name}`,
    locks: { A: flavour.kind },
    sections: [section(take(flavour, "A"), release("A"), release("A"))],
    lockdep: "unbalanced",
  }),
);

/** An rwlock or rw_semaphore X, read or written twice by one thread, and in both orders with another lock Y. */
function mixed(name: "rlock" | "rsem"): SelfTest[] {
  const { kind } = FLAVOURS[name];
  const reader = name === "rlock" ? recurse : read;
  const reading: Verdict | "clean" = name === "rlock" ? "clean" : "self-deadlock";
  const twice = [
    ["AA1", reader, reader, reading],
    ["AA1B", reader, reader, reading],
    ["AA2", reader, write, "self-deadlock"],
    ["AA3", write, reader, "self-deadlock"],
  ] as const;
  const circle = [
    ["ABBA1", reader, write, "lock-order"],
    ["ABBA2", reader, reader, name === "rlock" ? "clean" : "lock-order"],
    ["ABBA3", write, write, "lock-order"],
  ] as const;
  return [
    ...twice.map(
      ([test, first, second, lockdep]): SelfTest => ({
        name: `${name}_${test}`,
        locks: { X: kind },
        sections: [section(first("X"), second("X"))],
        lockdep,
      }),
    ),
    ...circle.map(
      ([test, outer, inner, lockdep]): SelfTest => ({
        name: `${name === "rlock" ? name : "rwsem"}_${test}`,
        locks: { X: kind, Y: name === "rlock" ? "spinlock" : "mutex" },
        sections: [section(...nested(outer("X"), write("Y"))), section(...nested(write("Y"), inner("X")))],
        lockdep,
      }),
    ),
  ];
}

/** A harmless read of X under Y must not hide the write of X under Y that comes after it. */
const chainCache: SelfTest = {
  name: "rlock_chaincache_ABBA1",
  locks: { X: "rwlock", Y: "spinlock" },
  sections: [
    section(...nested(recurse("X"), write("Y"))),
    section(...nested(write("Y"), recurse("X"))),
    section(...nested(write("Y"), write("X"))),
  ],
  lockdep: "lock-order",
};

/** How X, Y and Z are taken: X and Y, Y and Z, Z and X; recursive readers break some of the circles. */
const READERS = [
  ["W1R2_W2R3_W3R1", "WR WR WR", "lock-order"],
  ["W1W2_R2R3_W3R1", "WW RR WR", "lock-order"],
  ["W1R2_R2R3_W3W1", "WW RR RW", "clean"],
  ["W1W2_R2R3_R3W1", "WR RR WW", "clean"],
] as const;

const readers = READERS.flatMap(([name, modes, lockdep]) => {
  const by = (mode: string, lock: string) => (mode === "R" ? recurse(lock) : write(lock));
  const pairs = modes.split(" ").map(([outer, inner], index) => {
    return section(...nested(by(outer, "XYZ"[index]), by(inner, "YZX"[index])));
  });
  return orders(pairs).map(
    ([order, sections]): SelfTest => ({
      name: `${name}_${order}`,
      locks: { X: "rwlock", Y: "rwlock", Z: "rwlock" },
      sections,
      lockdep,
    }),
  );
});

export const ORDERS = [
  ...recursion,
  ...circles,
  ...doubleUnlock,
  ...mixed("rlock"),
  ...mixed("rsem"),
  chainCache,
  ...readers,
];

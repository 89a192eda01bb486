import type { Context, LockKind, Mode } from "../../src/manifest/words.js";

/** One case: what runs, and what lockdep says to it. */
export interface SelfTest {
  /** The case's name in the kernel's self-test. */
  readonly name: string;
  readonly locks: Readonly<Record<string, LockKind>>;
  readonly sections: readonly Section[];
  /** The kind of report at which lockdep stops, or `clean`. */
  readonly lockdep: Verdict | "clean";
  /** What else is wrong in it: lockdep says nothing more after its first report, fence-lockcheck does. */
  readonly also?: readonly Verdict[];
  /** Why fence-lockcheck sees nothing wrong in it although lockdep does. */
  readonly silent?: string;
}

export type Verdict =
  | "self-deadlock"
  | "lock-order"
  | "irq-inconsistent"
  | "irq-inversion"
  | "wait-context"
  | "unbalanced"
  | "missing-lock";

export interface Section {
  readonly context: Context;
  readonly steps: readonly Step[];
}

export type Step = Take | { readonly unlock: string } | { readonly alloc: string };

export interface Take {
  readonly lock: string;
  readonly mode?: Mode;
  readonly irq?: "off";
  readonly bh?: true;
  readonly try?: true;
  readonly nest?: string;
}

/** A column of the self-test's tables: a kind of lock, and whether it is taken to read or to write. */
export interface Flavour {
  readonly kind: LockKind;
  readonly mode: Mode;
}

/** The self-test has every read_lock() recurse, except where it tests queued ones. */
export const FLAVOURS = {
  spin: { kind: "spinlock", mode: "write" },
  wlock: { kind: "rwlock", mode: "write" },
  rlock: { kind: "rwlock", mode: "recursive-read" },
  mutex: { kind: "mutex", mode: "write" },
  wsem: { kind: "rwsem", mode: "write" },
  rsem: { kind: "rwsem", mode: "read" },
  rtmutex: { kind: "rt_mutex", mode: "write" },
} as const satisfies Record<string, Flavour>;

export const ALL = Object.entries<Flavour>(FLAVOURS);
/** Those that may be taken in an interrupt. */
export const SPINNING = ALL.filter(([, { kind }]) => kind === "spinlock" || kind === "rwlock");
export const RWLOCK = ALL.filter(([, { kind }]) => kind === "rwlock");

export const write = (lock: string): Take => ({ lock, mode: "write" });
export const read = (lock: string): Take => ({ lock, mode: "read" });
export const recurse = (lock: string): Take => ({ lock, mode: "recursive-read" });
export const attempt = (lock: string): Take => ({ lock, try: true });
export const under = (nest: string, lock: string): Take => ({ lock, nest });
export const take = ({ mode }: Flavour, lock: string): Take => ({ lock, mode });
export const release = (lock: string): Step => ({ unlock: lock });

/** The locks, each inside those before it, and released the other way round. */
export function nested(...takes: readonly Take[]): Step[] {
  return [...takes, ...takes.map(({ lock }) => release(lock)).reverse()];
}

export function section(...steps: readonly Step[]): Section {
  return { context: "process", steps };
}

/** An interrupt, and how code keeps it out: with the first lock that is taken. */
export interface Interrupt {
  readonly name: string;
  readonly context: Context;
  readonly disabled: (first: Take) => Take;
}

export const HARD: Interrupt = {
  name: "hard",
  context: "hardirq",
  disabled: (first) => ({ ...first, irq: "off" }),
};
export const SOFT: Interrupt = {
  name: "soft",
  context: "softirq",
  disabled: (first) => ({ ...first, bh: true }),
};
export const INTERRUPTS = [HARD, SOFT];

export function within({ context }: Interrupt, ...steps: readonly Step[]): Section {
  return { context, steps };
}

/** With the interrupt disabled from before the first lock until after its release. */
export function without({ disabled }: Interrupt, first: Take, ...inner: readonly Take[]): Section {
  return section(...nested(disabled(first), ...inner));
}

/** Every order of some events, with the name that the self-test gives it: 123, 132, ... */
export function orders<T>(events: readonly T[]): [string, T[]][] {
  if (events.length === 0) return [["", []]];
  const all = events.map((event, index) => ({ event, digit: String(index + 1) }));
  const arrange = (rest: typeof all): (typeof all)[] =>
    rest.length === 0
      ? [[]]
      : rest.flatMap((one) => arrange(rest.filter((other) => other !== one)).map((tail) => [one, ...tail]));
  return arrange(all).map((order) => [
    order.map(({ digit }) => digit).join(""),
    order.map(({ event }) => event),
  ]);
}

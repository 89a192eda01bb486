import type { LockKind } from "../manifest/words.js";
import type { Subject } from "./subject.js";

/** `sw_sync: set_deadline` — who a finding's title names first. */
export function whose(subject: Subject, fallback: string): string {
  const who = subject.drivers.length > 0 ? subject.drivers.join(", ") : fallback;
  return subject.ops.length > 0 ? `${who}: ${subject.ops.join(", ")}` : who;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[]): string {
  if (words.length <= 1) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

/** `a mutex`, `an rwlock`: the kinds of lock that one spells out begin with a vowel's sound. */
export function article(kind: LockKind): string {
  return `${/^(r(t_|cu|w)|srcu)/.test(kind) ? "an" : "a"} ${kind}`;
}

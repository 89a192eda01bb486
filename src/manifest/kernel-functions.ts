import type { LockKind, Mode } from "./words.js";

const TAKERS: Readonly<Record<LockKind, string>> = {
  spinlock: "spin_lock",
  raw_spinlock: "raw_spin_lock",
  rwlock: "write_lock",
  mutex: "mutex_lock",
  rwsem: "down_write",
  ww_mutex: "ww_mutex_lock",
  rt_mutex: "rt_mutex_lock",
  local_lock: "local_lock",
  rcu: "rcu_read_lock",
  srcu: "srcu_read_lock",
  seqlock: "write_seqlock",
  completion: "wait_for_completion",
  map: "lock_map_acquire",
};

/** The function that takes such a lock, with a variant's ending: `spin_lock_irqsave()`. */
export function taker(kind: LockKind, mode: Mode, ending = ""): string {
  const read = mode !== "write" && (kind === "rwlock" || kind === "rwsem");
  const name = read ? (kind === "rwlock" ? "read_lock" : "down_read") : TAKERS[kind];
  return `${name}${ending}()`;
}

/** The function that only tries to. */
export function trier(kind: LockKind, mode: Mode): string {
  const name = taker(kind, mode).slice(0, -2);
  return /lock$/.test(name) ? `${name.replace(/lock$/, "trylock")}()` : `${name}_trylock()`;
}

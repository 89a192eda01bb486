import type { LockKind } from "../manifest/words.js";

/**
 * include/linux/lockdep_types.h, enum lockdep_wait_type, with PROVE_RAW_LOCK_NESTING: what a lock waits by, from
 * spinning for real, over spinning unless PREEMPT_RT, to sleeping. 0: no check.
 */
export const NO_CHECK = 0;
const FREE = 1;
const SPIN = 2;
export const CONFIG = 3;
export const SLEEP = 4;
export const ANYTHING = 5;

export const WAIT_TYPE: Record<LockKind, { readonly outer: number; readonly inner: number }> = {
  raw_spinlock: { outer: SPIN, inner: SPIN },
  spinlock: { outer: CONFIG, inner: CONFIG },
  rwlock: { outer: CONFIG, inner: CONFIG },
  seqlock: { outer: CONFIG, inner: CONFIG },
  local_lock: { outer: CONFIG, inner: CONFIG },
  mutex: { outer: SLEEP, inner: SLEEP },
  rwsem: { outer: SLEEP, inner: SLEEP },
  ww_mutex: { outer: SLEEP, inner: SLEEP },
  rt_mutex: { outer: SLEEP, inner: SLEEP },
  // rcu_read_lock() may be entered anywhere, and allows within it what a spinlock allows (kernel/rcu/update.c).
  rcu: { outer: FREE, inner: CONFIG },
  srcu: { outer: NO_CHECK, inner: NO_CHECK },
  completion: { outer: NO_CHECK, inner: NO_CHECK },
  map: { outer: NO_CHECK, inner: NO_CHECK },
};

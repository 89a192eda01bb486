/** The fixed words of both languages. Kinds and contexts are lockdep's, ops those of `struct dma_fence_ops`. */

export const LOCK_KINDS = [
  "raw_spinlock",
  "spinlock",
  "rwlock",
  "mutex",
  "rwsem",
  "ww_mutex",
  "rt_mutex",
  "local_lock",
  "rcu",
  "srcu",
  "seqlock",
  "completion",
  "map",
] as const;
export type LockKind = (typeof LOCK_KINDS)[number];

/** How many instances share one lock, from the narrowest to the widest. */
export const SCOPES = ["fence", "context", "device", "global"] as const;
export type Scope = (typeof SCOPES)[number];

export const CONTEXTS = ["process", "softirq", "hardirq"] as const;
export type Context = (typeof CONTEXTS)[number];

export const MODES = ["write", "read", "recursive-read"] as const;
export type Mode = (typeof MODES)[number];

/**
 * The members of `struct dma_fence_ops` that are functions, over all kernels and RFCs that a policy describes
 * (include/linux/dma-fence.h of 6.12; `check_signaled` is the series of 2026-06-24's).
 */
export const OPS = [
  "get_driver_name",
  "get_timeline_name",
  "enable_signaling",
  "signaled",
  "check_signaled",
  "wait",
  "release",
  "fence_value_str",
  "timeline_value_str",
  "set_deadline",
] as const;
export type Op = (typeof OPS)[number];

export const FREED_BY = [
  "never",
  "kfree",
  "kfree_rcu",
  "rcu_barrier",
  "devm",
  "with_fence",
  "unknown",
] as const;
export type FreedBy = (typeof FREED_BY)[number];

/** The lock of the fence at hand, whatever class it is. */
export const FENCE_LOCK = "fence.lock";

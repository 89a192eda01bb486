import { IRQS } from "./interrupts.js";
import { IRQS_ALONE } from "./interrupts-alone.js";
import { type SelfTest, section, write } from "./notation.js";
import { ORDERS } from "./orders.js";
import { WAIT_CONTEXTS } from "./wait-contexts.js";
import { WOUND_WAIT } from "./wound-wait.js";

const RECLAIM: SelfTest[] = [
  {
    name: "fs_reclaim_correct_nesting",
    locks: {},
    sections: [section(write("fs_reclaim"), { alloc: "GFP_NOFS" })],
    lockdep: "clean",
  },
  {
    name: "fs_reclaim_wrong_nesting",
    locks: {},
    sections: [section(write("fs_reclaim"), { alloc: "GFP_KERNEL" })],
    lockdep: "self-deadlock",
    silent: "a map may be entered twice: who really reclaims has PF_MEMALLOC, and does not enter it again",
  },
];

/**
 * The cases of the kernel's own self-test of lockdep (lib/locking-selftest.c of 6.12), as manifests: 360 of the 394
 * that a kernel without PREEMPT_RT, with RT_MUTEXES, PROVE_RAW_LOCK_NESTING and QUEUED_RWLOCKS runs.
 *
 * These cannot be told in a manifest:
 * - init_held (7): nothing initialises a lock;
 * - 18 of ww_test: what ww_mutex_lock() returns (fail_acquire, and the ten of edeadlk), and what
 *   DEBUG_WW_MUTEXES checks rather than lockdep (unneeded_slow, diff_class, context_done_twice, context_fini_early,
 *   context_lock_after_done, object_lock_unbalanced, object_lock_stale_context);
 * - fs_reclaim_protected_nesting (1): memalloc_nofs_save() is not followed, the flags it leaves are what `alloc` says;
 * - within RCU-sched (4): `rcu` is rcu_read_lock(), which allows a spinlock;
 * - in a hardirq that is not threaded (4): handlers count as threaded.
 *
 * Where one is missed that lockdep reports, `silent` says why. There is no case of releasing locks in another order
 * than the reverse: lockdep allows it.
 *
 * X1 and X2, two instances of one class, are one lock X here, so rlock_AA1 and rlock_AA1B are one manifest, as their
 * twins of rw_semaphores are. read_lock() is a recursive read, as the self-test has it by force_read_lock_recursive,
 * except in queued_read_lock. local_irq_disable() by itself is an rcu_read_lock() that disables interrupts (irqsafe2A
 * and 2B). What a case leaves locked is let go at the end of its path.
 */
export const CASES: readonly SelfTest[] = [
  ...ORDERS,
  ...IRQS,
  ...IRQS_ALONE,
  ...WOUND_WAIT,
  ...RECLAIM,
  ...WAIT_CONTEXTS,
];

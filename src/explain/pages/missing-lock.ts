import type { Page } from "../page.js";

export const missingLock: Page = {
  meaning: `
A step says \`needs: LOCK\` (C has lockdep_assert_held() there, or a comment that says as much), and there is a way to
get there on which nobody holds it. For an op this depends on the policy: ->signaled is called with the fence lock held
by some callers and without it by others.`,
  why: `
This is no deadlock: it is the data that the lock guards, changed under a reader's hands. It is told here because
a proposal to call an op without a lock breaks just those ops that rely on it.`,
  policy: "linux-6.12",
  bad: `
manifest: 1
driver: toy
locks:
  toy_context.lock: {kind: spinlock, scope: context}
fences:
  toy:
    lock: toy_context.lock
    ops:
      signaled:
        steps: [{needs: toy_context.lock}]`,
  good: `
manifest: 1
driver: toy
locks:
  toy_context.lock: {kind: spinlock, scope: context}
  toy_context.seqno_lock: {kind: spinlock, scope: context}
fences:
  toy:
    lock: toy_context.lock
    ops:
      signaled:
        steps: [{lock: toy_context.seqno_lock, irq: save, steps: []}]`,
  mended: `
The op cannot take the fence lock, since some callers hold it. It guards its data by a lock of its own, which nests
below the fence lock.`,
  lockdep: `
WARNING: CPU: 1 PID: 17 at drivers/gpu/drm/toy/toy_fence.c:88 toy_signaled+0x5c/0x70
(the line of lockdep_assert_held())`,
  falseAlarms: `
A read that needs no lock after all (a single word with READ_ONCE()): leave \`needs\` out. A caller that holds the lock
by a way that the manifest does not show: add its lock step.`,
};

import type { Page } from "../page.js";

export const selfDeadlock: Page = {
  meaning: `
A thread takes a lock that it holds already. Mostly this hides behind a call: the caller holds the fence lock, and
what it calls takes it, perhaps under the name of the driver's own lock. A lock that is given to dma_fence_init() is
the fence lock of those fences, whatever the driver calls it.

With certainty "definite" it is the same lock, not just another one of the same class. With "possible" the class is
taken twice, and whether both are one lock cannot be told from the manifests.`,
  why: `
Spinlocks and mutexes are not recursive: the thread waits for itself. With interrupts off, that CPU is gone.`,
  policy: "linux-6.12",
  bad: `
manifest: 1
driver: toy
locks:
  toy_context.lock: {kind: spinlock, scope: context}
fences:
  toy: {lock: toy_context.lock}
paths:
  toy_irq_handler:
    context: hardirq
    steps:
      - lock: toy_context.lock
        steps:
          - call: dma_fence_signal`,
  good: `
manifest: 1
driver: toy
locks:
  toy_context.lock: {kind: spinlock, scope: context}
fences:
  toy: {lock: toy_context.lock}
paths:
  toy_irq_handler:
    context: hardirq
    steps:
      - lock: toy_context.lock
        steps:
          - {call: dma_fence_signal_locked, keeps: self}`,
  mended: `
dma_fence_signal() takes the fence lock, dma_fence_signal_locked() relies on its caller's. The handler holds a
reference meanwhile (keeps), so that no callback can put the last one and enter ->release under the lock.`,
  lockdep: `
WARNING: possible recursive locking detected
(irq/42-toy) is trying to acquire lock:
 (&ctx->lock){-...}-{3:3}, at: dma_fence_signal+0x1e/0x50
but task is already holding lock:
 (&ctx->lock){-...}-{3:3}, at: toy_irq_handler+0x22/0x90`,
  falseAlarms: `
Two locks of one class that really are two, always taken in the same order: say so by \`subclass\` on the inner one,
as spin_lock_nested() does in C, or by \`nest\` where an outer lock serialises them. A put that cannot be the last one:
say \`keeps\` on the call.`,
};

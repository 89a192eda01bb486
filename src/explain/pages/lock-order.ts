import type { Page } from "../page.js";

export const lockOrder: Page = {
  meaning: `
Locks are taken in orders that contradict each other: A, then B in one place; B, then A in another, or by way of
further locks. Each cycle of lock classes is reported once, with how each of its links comes about.

The fence lock is often the one that closes the cycle: ->enable_signaling runs under it, so whatever that op takes
comes below the fence lock, while signalling takes the fence lock below whatever the driver holds.`,
  why: `
Each of two threads takes its first lock and then waits for the one that the other holds. It needs no bug in either of
them, only bad timing; lockdep reports it from the orders alone.`,
  policy: "linux-6.12",
  bad: `
manifest: 1
driver: toy
locks:
  toy_context.lock: {kind: spinlock, scope: context}
  toy_device.list_lock: {kind: spinlock, scope: device}
fences:
  toy:
    lock: toy_context.lock
    ops:
      enable_signaling:
        steps: [{lock: toy_device.list_lock, irq: save, steps: []}]
paths:
  toy_irq_handler:
    context: hardirq
    steps:
      - lock: toy_device.list_lock
        steps:
          - {call: dma_fence_signal, keeps: self}`,
  good: `
manifest: 1
driver: toy
locks:
  toy_context.lock: {kind: spinlock, scope: context}
  toy_device.list_lock: {kind: spinlock, scope: device}
fences:
  toy:
    lock: toy_context.lock
    ops:
      enable_signaling:
        steps: [{lock: toy_device.list_lock, irq: save, steps: []}]
paths:
  toy_irq_handler:
    context: hardirq
    steps:
      - {lock: toy_device.list_lock, steps: []}
      - {call: dma_fence_signal, keeps: self}`,
  mended: `
The handler takes the finished fences off the list under the list lock, and signals them after it has let go of it.`,
  lockdep: `
WARNING: possible circular locking dependency detected
toy/17 is trying to acquire lock:
 (&dev->list_lock){-.-.}-{3:3}, at: toy_enable_signaling+0x1c/0x60
but task is already holding lock:
 (&ctx->lock){-.-.}-{3:3}, at: dma_fence_add_callback+0x4a/0xc0
which lock already depends on the new lock.`,
  falseAlarms: `
A lock that is held around the links of the cycle keeps the threads apart: then the finding is a note, "guarded", and
names that lock. Two objects of one class that never are the same (a parent's lock and a child's): give the inner one
a \`subclass\`, as the kernel has to.`,
};

import type { Page } from "../page.js";

export const irqInversion: Page = {
  meaning: `
Lock A is taken in interrupts. B is taken under A, directly or by way of other locks, and elsewhere B is taken with
that interrupt enabled. A itself is used rightly; it is B that had to be taken with interrupts disabled, or not under A.`,
  why: `
One CPU holds B, with interrupts enabled. Another takes A and waits for B. An interrupt on the first CPU waits for A:
its holder waits for B, whose holder is interrupted.`,
  policy: "linux-6.12",
  bad: `
manifest: 1
driver: toy
locks:
  toy_context.lock: {kind: spinlock, scope: context}
  toy_device.stats_lock: {kind: spinlock, scope: device}
fences:
  toy: {lock: toy_context.lock}
paths:
  toy_irq_handler:
    context: hardirq
    steps: [{call: dma_fence_signal, keeps: self}]
  toy_submit:
    context: process
    steps:
      - lock: toy_context.lock
        irq: save
        steps: [{lock: toy_device.stats_lock, steps: []}]
  toy_debugfs_show:
    context: process
    steps: [{lock: toy_device.stats_lock, steps: []}]`,
  good: `
manifest: 1
driver: toy
locks:
  toy_context.lock: {kind: spinlock, scope: context}
  toy_device.stats_lock: {kind: spinlock, scope: device}
fences:
  toy: {lock: toy_context.lock}
paths:
  toy_irq_handler:
    context: hardirq
    steps: [{call: dma_fence_signal, keeps: self}]
  toy_submit:
    context: process
    steps:
      - lock: toy_context.lock
        irq: save
        steps: [{lock: toy_device.stats_lock, steps: []}]
  toy_debugfs_show:
    context: process
    steps: [{lock: toy_device.stats_lock, irq: save, steps: []}]`,
  mended: `
The debugfs file takes the inner lock with interrupts disabled, too: what comes below a fence lock that is taken in
interrupts needs that everywhere.`,
  lockdep: `
WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected
toy/17 [HC0[0]:SC0[0]:HE0:SE1] is trying to acquire:
 (&dev->stats_lock){+.+.}-{3:3}, at: toy_submit+0x44/0x80
and this task is already holding:
 (&ctx->lock){-...}-{3:3}, at: toy_submit+0x1f/0x80`,
  falseAlarms: `
As for lock-order: two objects of one class that never are the same want a \`subclass\`. A path that never runs while the
interrupt can come (probe, before it is requested) is best left out of the manifest, with a note.`,
};

import type { Page } from "../page.js";

export const irqInconsistent: Page = {
  meaning: `
A lock is taken in an interrupt handler, and somewhere else with that interrupt enabled. dma_fence_set_deadline(),
dma_fence_is_signaled() and dma_fence_put() may be called in any context, so a lock that those ops take is taken in
interrupts, even if no handler of the driver does.`,
  why: `
The interrupt comes on the CPU that holds the lock. The handler spins for a lock whose holder cannot run before the
handler has returned.`,
  policy: "linux-6.12",
  bad: `
manifest: 1
driver: toy
locks:
  toy_device.ring_lock: {kind: spinlock, scope: device}
paths:
  toy_irq_handler:
    context: hardirq
    steps: [{lock: toy_device.ring_lock, steps: []}]
  toy_submit_ioctl:
    context: process
    steps: [{lock: toy_device.ring_lock, steps: []}]`,
  good: `
manifest: 1
driver: toy
locks:
  toy_device.ring_lock: {kind: spinlock, scope: device}
paths:
  toy_irq_handler:
    context: hardirq
    steps: [{lock: toy_device.ring_lock, steps: []}]
  toy_submit_ioctl:
    context: process
    steps: [{lock: toy_device.ring_lock, irq: "off", steps: []}]`,
  mended: `
The ioctl takes the lock by spin_lock_irq(). Where a caller may have disabled interrupts already: spin_lock_irqsave(),
\`irq: save\`.`,
  lockdep: `
WARNING: inconsistent lock state
inconsistent {IN-HARDIRQ-W} -> {HARDIRQ-ON-W} usage.
toy/17 takes:
 (&dev->ring_lock){?.+.}-{3:3}, at: toy_submit_ioctl+0x31/0x110`,
  falseAlarms: `
A path that always runs with interrupts disabled by its caller: put the caller's lock, with its \`irq\`, into the
manifest. An interrupt that is masked at the device while the lock is held is not seen, by lockdep neither.`,
};

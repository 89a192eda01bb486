import type { Page } from "../page.js";

export const callbackUnderLock: Page = {
  meaning: `
A path signals a fence while it holds a lock of the driver's other than the fence lock. Callbacks run within the
signal, so all that any consumer's callback takes comes below that lock. This is a note: by itself it is no mistake.`,
  why: `
Anybody may put a callback on a fence that was handed out. A callback that puts a reference, wakes a queue or signals
another fence takes locks that the driver has never heard of; the first one that leads back to the driver's lock closes
a cycle, and it is the driver's lock that made it.`,
  policy: "linux-6.12",
  bad: `
manifest: 1
driver: toy
locks:
  toy_context.lock: {kind: spinlock, scope: context}
  toy_device.list_lock: {kind: spinlock, scope: device}
fences:
  toy: {lock: toy_context.lock}
paths:
  toy_irq_handler:
    context: hardirq
    steps:
      - lock: toy_device.list_lock
        steps: [{call: dma_fence_signal, keeps: self}]`,
  good: `
manifest: 1
driver: toy
locks:
  toy_context.lock: {kind: spinlock, scope: context}
  toy_device.list_lock: {kind: spinlock, scope: device}
fences:
  toy: {lock: toy_context.lock}
paths:
  toy_irq_handler:
    context: hardirq
    steps:
      - {lock: toy_device.list_lock, steps: []}
      - {call: dma_fence_signal, keeps: self}`,
  mended: `
The handler moves the finished fences to a list of its own under the lock, and signals them after it.`,
  lockdep: `
Nothing, until somebody's callback takes a lock that leads back: then "possible circular locking dependency detected".`,
  falseAlarms: `
A fence that never leaves its driver has no callbacks but those that the driver knows: if none of them takes a lock,
there is nothing to do. Where one does and it leads back, there is a finding of lock-order or self-deadlock, too.`,
};

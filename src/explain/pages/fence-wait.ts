import type { Page } from "../page.js";

export const fenceWait: Page = {
  meaning: `
Somebody waits for a fence, a work item, a timer or a completion while holding a lock that is needed before it can
signal, or end. Every lock that is taken anywhere on the way to dma_fence_signal() counts, and so does every allocation
that may enter reclaim, because reclaim may wait for fences.`,
  why: `
The waiter keeps the lock until the fence has signalled; the one who would signal it waits for the lock. lockdep sees
this only where both sides carry annotations (dma_fence_begin_signalling(), dma_fence_map) and never in atomic context,
where the annotation does nothing. Here each fence is a lock of its own that the code leading up to its signal holds.`,
  policy: "linux-6.12",
  bad: `
manifest: 1
driver: toy
locks:
  toy_vm.lock: {kind: mutex, scope: device}
fences:
  toy: {}
paths:
  toy_evict_ioctl:
    context: process
    steps:
      - lock: toy_vm.lock
        steps: [{call: dma_fence_wait}]
  toy_run_work:
    context: process
    steps:
      - {lock: toy_vm.lock, steps: []}
      - {call: dma_fence_signal, keeps: self}`,
  good: `
manifest: 1
driver: toy
locks:
  toy_vm.lock: {kind: mutex, scope: device}
fences:
  toy: {}
paths:
  toy_evict_ioctl:
    context: process
    steps:
      - {lock: toy_vm.lock, steps: []}
      - {call: dma_fence_wait}
  toy_run_work:
    context: process
    steps:
      - {lock: toy_vm.lock, steps: []}
      - {call: dma_fence_signal, keeps: self}`,
  mended: `
The ioctl takes a reference to the fence under the lock, lets go of the lock, and then waits.`,
  lockdep: `
WARNING: possible circular locking dependency detected
toy/17 is trying to acquire lock:
 (dma_fence_map){++++}-{0:0}, at: dma_fence_wait_timeout+0x4e/0x1c0
but task is already holding lock:
 (&vm->lock){+.+.}-{4:4}, at: toy_evict_ioctl+0x2a/0xa0`,
  falseAlarms: `
Fences of one kind are many, and one that waits only for fences published before it does not deadlock: waits between
fences alone are not reported. Where another path signals the same fence without the lock, the finding is a note that
names that path. A work item that never waits for its own fence, though the classes say so: keep the two apart by a
fence or a path of their own in the manifest.`,
};

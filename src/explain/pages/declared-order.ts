import type { Page } from "../page.js";

export const declaredOrder: Page = {
  meaning: `
Locks are taken against the order that the framework documents. The kernel teaches lockdep this order at boot
(dma_resv_lockdep() in dma-resv.c): mmap_lock, then dma_resv locks, then fs_reclaim, then waiting for fences.
A chain of dependencies that leads from an inner lock to an outer one contradicts it.`,
  why: `
The other half of the cycle is code that need not be among these manifests: a page fault, the shrinker, another
driver. They all rely on the documented order.`,
  policy: "linux-6.12",
  bad: `
manifest: 1
driver: toy
paths:
  toy_pin_ioctl:
    context: process
    steps:
      - lock: reservation_ww_class_mutex
        steps: [{lock: mmap_lock, mode: read, steps: []}]`,
  good: `
manifest: 1
driver: toy
paths:
  toy_pin_ioctl:
    context: process
    steps:
      - lock: mmap_lock
        mode: read
        steps: [{lock: reservation_ww_class_mutex, steps: []}]`,
  mended: `
The ioctl takes mmap_lock (as any copy_from_user() or get_user_pages() does) before the dma_resv lock.`,
  lockdep: `
WARNING: possible circular locking dependency detected
toy/17 is trying to acquire lock:
 (&mm->mmap_lock){++++}-{4:4}, at: toy_pin_ioctl+0x4c/0x120
but task is already holding lock:
 (reservation_ww_class_mutex){+.+.}-{4:4}, at: toy_pin_ioctl+0x2f/0x120
the existing dependency chain (in reverse order) is:
-> #1 (reservation_ww_class_mutex){+.+.}-{4:4}: dma_resv_lockdep+0x1b5/0x2c0`,
  falseAlarms: `
None is known: the kernel would report it on the first run of that path. If the policy's order does not hold for the
kernel at hand, correct \`order\` in the policy.`,
};

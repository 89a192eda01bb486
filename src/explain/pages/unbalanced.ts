import type { Page } from "../page.js";

export const unbalanced: Page = {
  meaning: `
A step releases a lock that is not held there, or a function says that it leaves a lock held and has a way through
that does not.`,
  why: `
Releasing what nobody holds lets two threads in at once, or lets go of another thread's lock. A lock that stays
held by mistake blocks the next one who wants it, for ever. As often it is the manifest that is wrong.`,
  policy: "linux-6.12",
  bad: `
manifest: 1
driver: toy
locks:
  toy_device.lock: {kind: mutex, scope: device}
paths:
  toy_reset_work:
    context: process
    steps:
      - {lock: toy_device.lock, when: the device is powered}
      - {unlock: toy_device.lock}
      - {unlock: toy_device.lock}`,
  good: `
manifest: 1
driver: toy
locks:
  toy_device.lock: {kind: mutex, scope: device}
paths:
  toy_reset_work:
    context: process
    steps:
      - {lock: toy_device.lock}
      - {unlock: toy_device.lock}`,
  mended: `
One release for each acquisition. Branches of which one takes the lock and the other does not: \`either\`.`,
  lockdep: `
WARNING: bad unlock balance detected!
kworker/1:2/87 is trying to release lock (&dev->lock) at:
[<ffffffff8199b3c1>] toy_reset_work+0x91/0xb0
but there are no more locks to release!`,
  falseAlarms: `
A function that releases its caller's lock is fine, as long as each caller holds it. A lock that is handed over to
another thread: leave the release out here, and let the other path begin with the lock step.`,
};

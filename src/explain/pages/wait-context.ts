import type { Page } from "../page.js";

export const waitContext: Page = {
  meaning: `
Code that may sleep (a mutex, an allocation with GFP_KERNEL, a wait) runs in an interrupt, under a spinlock, or with
interrupts disabled. An op has to suit the strictest of its callers: ->set_deadline and ->signaled are called in any
context, ->enable_signaling with the fence lock held, ->release wherever somebody puts the last reference.

A spinlock under a raw_spinlock counts, too: on PREEMPT_RT it sleeps.`,
  why: `
A thread that sleeps with a spinlock held leaves every CPU that wants the lock spinning, perhaps the one that it needs
to wake up. In an interrupt there is no thread to put to sleep.`,
  policy: "linux-6.12",
  bad: `
manifest: 1
driver: toy
fences:
  toy:
    ops:
      set_deadline:
        steps: [{sleep: pm_runtime_resume_and_get()}]`,
  good: `
manifest: 1
driver: toy
fences:
  toy:
    ops:
      set_deadline:
        steps: [{defer: toy_boost_work}]
paths:
  toy_boost_work:
    context: process
    steps: [{sleep: pm_runtime_resume_and_get()}]`,
  mended: `
The op only queues a work item, which may sleep.`,
  lockdep: `
BUG: sleeping function called from invalid context at drivers/base/power/runtime.c:1185
in_atomic(): 1, irqs_disabled(): 1, non_block: 0, pid: 0, name: swapper/0

and, where it is a lock that sleeps:
[ BUG: Invalid wait context ]
swapper/0/0 is trying to lock:
 (&dev->power_lock){....}-{4:4}, at: toy_set_deadline+0x18/0x50`,
  falseAlarms: `
Hardirq handlers count as threaded, as those of request_irq() are on PREEMPT_RT: a plain spinlock in one is fine.
A consumer function that no consumer of this fence ever calls in an interrupt still counts: others may be written.
What is never handed out says so in its manifest, \`private: true\`.`,
};

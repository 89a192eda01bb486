import {
  analyze,
  loadPolicy,
  type Manifest,
  type Policy,
  parseManifests,
  type Report,
} from "../../src/index.js";

/** The report on these manifests, each a YAML text named after its driver, under a policy of the package. */
export function analysed(manifests: Readonly<Record<string, string>>, policy = "linux-6.12"): Report {
  return analyze({ manifests: parse(manifests), policy: shipped(policy) });
}

function parse(manifests: Readonly<Record<string, string>>): Manifest[] {
  return Object.entries(manifests).flatMap(([file, text]) => parseManifests(text, file));
}

const policies = new Map<string, Policy>();

function shipped(name: string): Policy {
  const policy = policies.get(name) ?? loadPolicy(name);
  policies.set(name, policy);
  return policy;
}

/** sw_sync's fence: the timeline's lock is the fence lock, and ->set_deadline takes it. */
export const SW_SYNC = `
manifest: 1
driver: sw_sync
source: linux-6.12
file: drivers/dma-buf/sw_sync.c
locks:
  sync_timeline.lock: {kind: spinlock, scope: context, at: "drivers/dma-buf/sync_debug.h:43", lockdep: "&obj->lock"}
fences:
  timeline:
    table: timeline_fence_ops
    at: 211
    lock: sync_timeline.lock
    lock_at: 281
    ops:
      set_deadline:
        at: 195
        function: timeline_fence_set_deadline
        steps:
          - {lock: sync_timeline.lock, irq: save, at: 200, steps: []}
`;

/** A driver with two locks taken both ways round, one of them only sometimes. */
export const CIRCLE = `
manifest: 1
driver: circle
file: drivers/gpu/drm/circle.c
locks:
  circle_dev.lock: {kind: mutex, lockdep: "&cdev->lock"}
  circle_queue.lock: {kind: mutex}
paths:
  circle_submit:
    context: process
    steps:
      - lock: circle_dev.lock
        at: 10
        steps: [{call: circle_kick, at: 11, when: "the ring is idle"}]
  circle_reset:
    context: process
    steps:
      - lock: circle_queue.lock
        at: 20
        steps: [{lock: circle_dev.lock, at: 21, steps: []}]
functions:
  circle_kick: {at: 30, steps: [{lock: circle_queue.lock, at: 31, steps: []}]}
`;

/** The same with a third lock on the way round. */
export const LONG_CIRCLE = `
manifest: 1
driver: ring
file: drivers/gpu/drm/ring.c
locks:
  a.lock: {kind: mutex}
  b.lock: {kind: mutex}
  c.lock: {kind: mutex}
paths:
  first: {context: process, steps: [{lock: a.lock, at: 1, steps: [{lock: b.lock, at: 2, steps: []}]}]}
  second: {context: process, steps: [{lock: b.lock, at: 3, steps: [{lock: c.lock, at: 4, steps: []}]}]}
  third: {context: process, steps: [{lock: c.lock, at: 5, steps: [{lock: a.lock, at: 6, steps: []}]}]}
`;

/** Both ways round, but under one gate. */
export const GUARDED = `
manifest: 1
driver: gated
file: drivers/gpu/drm/gated.c
locks:
  gate: {kind: mutex, scope: global}
  inner.lock: {kind: mutex}
  outer.lock: {kind: mutex}
paths:
  one:
    context: process
    steps: [{lock: gate, at: 1, steps: [{lock: inner.lock, at: 2, steps: [{lock: outer.lock, at: 3, steps: []}]}]}]
  two:
    context: process
    steps: [{lock: gate, at: 4, steps: [{lock: outer.lock, at: 5, steps: [{lock: inner.lock, at: 6, steps: []}]}]}]
`;

/** A lock taken in hardirq, and with interrupts enabled. */
export const IRQ_INCONSISTENT = `
manifest: 1
driver: irqdrv
file: drivers/gpu/drm/irqdrv.c
locks:
  irqdrv.lock: {kind: spinlock, lockdep: "&idrv->lock"}
paths:
  irqdrv_handler: {context: hardirq, steps: [{lock: irqdrv.lock, at: 40, steps: []}]}
  irqdrv_ioctl: {context: process, steps: [{lock: irqdrv.lock, at: 50, steps: []}]}
`;

/** A hardirq-safe lock under which a hardirq-unsafe one is taken. */
export const IRQ_INVERSION = `
manifest: 1
driver: inverted
file: drivers/gpu/drm/inverted.c
locks:
  safe.lock: {kind: spinlock, lockdep: "&s->lock"}
  unsafe.lock: {kind: spinlock, lockdep: "&u->lock"}
paths:
  inverted_handler: {context: hardirq, steps: [{lock: safe.lock, at: 10, steps: []}]}
  inverted_submit: {context: process, steps: [{lock: safe.lock, irq: save, at: 20, steps: [{lock: unsafe.lock, at: 21, steps: []}]}]}
  inverted_debugfs: {context: process, steps: [{lock: unsafe.lock, at: 30, steps: []}]}
`;

/** A mutex, and an allocation, under a spinlock. */
export const WAIT_CONTEXT = `
manifest: 1
driver: sleepy
file: drivers/gpu/drm/sleepy.c
locks:
  sleepy.lock: {kind: spinlock, lockdep: "&s->lock"}
  sleepy.mutex: {kind: mutex}
paths:
  sleepy_ioctl: {context: process, steps: [{lock: sleepy.lock, at: 10, steps: [{lock: sleepy.mutex, at: 11, steps: []}]}]}
  sleepy_alloc: {context: process, steps: [{lock: sleepy.lock, at: 20, steps: [{sleep: "kmalloc(GFP_KERNEL)", at: 21}]}]}
`;

/** An unlock too many, and a function entered without the lock that it relies on. */
export const UNBALANCED = `
manifest: 1
driver: sloppy
file: drivers/gpu/drm/sloppy.c
locks:
  sloppy.lock: {kind: mutex, lockdep: "&s->lock"}
paths:
  sloppy_exit: {context: process, steps: [{unlock: sloppy.lock, at: 10}]}
  sloppy_update: {context: process, steps: [{call: sloppy_write, at: 20}]}
functions:
  sloppy_write: {at: 30, steps: [{needs: sloppy.lock, at: 31}]}
`;

/** Waits for its fence with a lock held that its signalling needs. */
export const FENCE_WAIT = `
manifest: 1
driver: waiter
file: drivers/gpu/drm/waiter.c
locks:
  waiter.mutex: {kind: mutex, lockdep: "&w->mutex"}
fences:
  job: {ops: {signaled: {at: 5}}}
paths:
  waiter_close:
    context: process
    steps: [{lock: waiter.mutex, at: 10, steps: [{call: dma_fence_wait, on: job, at: 11}]}]
  waiter_work:
    context: process
    steps: [{lock: waiter.mutex, at: 20, steps: []}, {call: dma_fence_signal, on: job, at: 21}]
`;

/** Takes mmap_lock under a reservation lock, against the documented order. */
export const DECLARED_ORDER = `
manifest: 1
driver: pinner
file: drivers/gpu/drm/pinner.c
paths:
  pinner_submit:
    context: process
    steps: [{lock: reservation_ww_class_mutex, at: 10, steps: [{lock: mmap_lock, mode: read, at: 11, steps: []}]}]
`;

/** Nothing wrong with it. */
export const QUIET = `
manifest: 1
driver: quiet
locks:
  quiet.lock: {kind: mutex}
paths:
  quiet_ioctl: {context: process, steps: [{lock: quiet.lock, steps: []}]}
`;

/** Two kinds of fences that any policy deadlocks which takes the fence lock around ->set_deadline. */
export const TWO_FENCES = `
manifest: 1
driver: twofold
file: drivers/gpu/drm/twofold.c
locks:
  twofold_ring.lock: {kind: spinlock, scope: context}
  twofold_copy.lock: {kind: spinlock, scope: context}
fences:
  ring: {lock: twofold_ring.lock, ops: {enable_signaling: {at: 10}}}
  copy: {lock: twofold_copy.lock, ops: {enable_signaling: {at: 20}}}
`;

/** Notes and nothing else: two fences are signalled under one lock. */
export const UNDER_LOCK = `
manifest: 1
driver: noisy
file: drivers/gpu/drm/noisy.c
locks:
  noisy.reset: {kind: mutex}
  noisy_ring.lock: {kind: spinlock, scope: context}
  noisy_copy.lock: {kind: spinlock, scope: context}
fences:
  ring: {lock: noisy_ring.lock}
  copy: {lock: noisy_copy.lock}
paths:
  noisy_reset:
    context: process
    steps:
      - lock: noisy.reset
        at: 30
        steps:
          - {call: dma_fence_signal, on: ring, at: 31}
          - {call: dma_fence_signal, on: copy, at: 32}
`;

/** What breaks formats that do not escape: percent signs, commands, line breaks, markup, control characters. */
export const NASTY =
  "100% <b>`|x|`</b> & ::error file=a,line=1::\r\n::warning::boo \u0001\u001b[31m\uffff ]]> \"q\" '' ```";

export const HOSTILE = JSON.stringify({
  manifest: 1,
  driver: "odd",
  locks: { "odd.lock": { kind: "spinlock" } },
  paths: {
    odd_path: {
      context: "process",
      steps: [
        {
          lock: "odd.lock",
          at: "drivers/gpu/a#c,d%.c:7",
          steps: [{ sleep: NASTY, at: "drivers/gpu/a#c,d%.c:8", when: NASTY }],
        },
      ],
    },
  },
});

/** One finding of each rule that lockdep has a report for, and two drivers without any. */
export const ALL: Readonly<Record<string, string>> = {
  "manifests/sw_sync.yaml": SW_SYNC,
  "manifests/circle.yaml": CIRCLE,
  "manifests/ring.yaml": LONG_CIRCLE,
  "manifests/gated.yaml": GUARDED,
  "manifests/irqdrv.yaml": IRQ_INCONSISTENT,
  "manifests/inverted.yaml": IRQ_INVERSION,
  "manifests/sleepy.yaml": WAIT_CONTEXT,
  "manifests/sloppy.yaml": UNBALANCED,
  "manifests/waiter.yaml": FENCE_WAIT,
  "manifests/pinner.yaml": DECLARED_ORDER,
  "manifests/quiet.yaml": QUIET,
};

import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/checks/finding.js";
import {
  CIRCLE,
  DECLARED_ORDER,
  FENCE_WAIT,
  IRQ_INCONSISTENT,
  IRQ_INVERSION,
  LONG_CIRCLE,
  SW_SYNC,
  UNBALANCED,
  WAIT_CONTEXT,
} from "../report/analysed.js";
import { parsed, shipped, tried } from "./tried.js";

const RFC = { policy: "rfc-ops-under-fence-lock" };

describe("the RFC's fence lock around ->set_deadline", () => {
  const drivers = shipped("manifests/sw_sync.yaml", "manifests/msm.yaml", "manifests/drm_sched.yaml");

  it("mends sw_sync by not holding it, or by relying on it, and so does no harm", () => {
    const { mend } = tried(
      drivers,
      ({ rule, calls }) => rule === "self-deadlock" && calls.includes("sw_sync/timeline.set_deadline"),
      RFC,
    );
    const drop = mend("drop");
    expect(drop.change).toBe("call ->set_deadline without fence.lock (let it go around the call)");
    expect(drop.introduces.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(drop.alsoRemoves.length).toBeGreaterThan(1);
    expect(mend("rely").introduces).toEqual([]);
  });

  it("mends msm by a lock of its own for the fences, and breaks nothing there", () => {
    const { mend } = tried(
      drivers,
      ({ rule, fences, certainty }) =>
        rule === "self-deadlock" && certainty === "definite" && fences.includes("msm/msm"),
      RFC,
    );
    const own = mend("own-lock");
    expect(own.change).toBe("give msm/msm fences a lock of their own instead of msm_fence_context.spinlock");
    expect(own.at.map(({ at }) => at)).toEqual(["drivers/gpu/drm/msm/msm_fence.c:200"]);
    expect(own.introduces).toEqual([]);
  });

  it("does not mend sw_sync so, where that only makes another deadlock: it says which", () => {
    const { mends } = tried(
      drivers,
      ({ rule, calls }) => rule === "self-deadlock" && calls.includes("sw_sync/timeline.set_deadline"),
      RFC,
    );
    const own = mends.filter(({ kind }) => kind === "own-lock");
    expect(own.map(({ introduces }) => introduces[0].rule)).toEqual(["lock-order", "missing-lock"]);
    expect(mends.indexOf(own[0])).toBeGreaterThan(mends.findIndex(({ kind }) => kind === "rely"));
  });

  it("is no lock around ->enable_signaling at all, which its caller holds already", () => {
    const { mends } = tried(
      drivers,
      ({ rule, ops, fences }) =>
        rule === "self-deadlock" && ops.join() === "enable_signaling" && fences.join() === "sw_sync/timeline",
      RFC,
    );
    expect(mends.map(({ change }) => change)).toEqual([
      "do not take fence.lock around ->enable_signaling in __dma_fence_enable_signaling()",
    ]);
  });

  it("is left out again where it is a what-if of the command line", () => {
    const { mend } = tried(parsed(SW_SYNC), ({ rule }) => rule === "self-deadlock", {
      policy: "linux-7.1",
      hold: [{ op: "set_deadline", lock: "fence.lock" }],
    });
    expect(mend("drop").change).toBe("do not hold fence.lock around ->set_deadline");
    expect(mend("drop").introduces).toEqual([]);
  });
});

describe("a circle of two locks", () => {
  it("is mended by taking the inner one first, and a variant of the function between them", () => {
    const { mends } = tried(parsed(CIRCLE), ({ rule }) => rule === "lock-order");
    const earlier = mends.filter(({ kind }) => kind === "earlier");
    expect(earlier.map(({ change, introduces }) => [change, introduces.length])).toEqual([
      [
        "take circle_queue.lock before circle_dev.lock in circle_submit(), and call a variant of circle_kick() that relies on it",
        0,
      ],
      ["take circle_dev.lock before circle_queue.lock in circle_reset()", 0],
    ]);
  });

  it("is mended by releasing one, by deferring, and last by a trylock", () => {
    const { mends, mend } = tried(parsed(CIRCLE), ({ rule }) => rule === "lock-order");
    expect(mend("release").change).toBe(
      "release circle_dev.lock in circle_submit() while it calls circle_kick()",
    );
    expect(mend("defer").change).toBe("defer circle_kick() in circle_submit() to a work item");
    expect(mends.at(-1)?.kind).toBe("trylock");
  });

  it("of three just as well", () => {
    const { mend } = tried(parsed(LONG_CIRCLE), ({ rule }) => rule === "lock-order");
    expect(mend("earlier").introduces).toEqual([]);
  });

  it("where each way round is taken in two places, needs the change in both", () => {
    const twice = `${CIRCLE}
  circle_flush: {at: 40, steps: [{lock: circle_queue.lock, at: 41, steps: []}]}
`.replace(
      "paths:",
      `paths:
  circle_ioctl: {context: process, steps: [{lock: circle_dev.lock, at: 50, steps: [{call: circle_flush, at: 51}]}]}`,
    );
    const { mends } = tried(parsed(twice), ({ rule }) => rule === "lock-order");
    const both = mends.find(({ kind, at }) => kind === "release" && at.length === 2);
    expect(both?.at.map(({ at }) => at).sort()).toEqual([
      "drivers/gpu/drm/circle.c:11",
      "drivers/gpu/drm/circle.c:51",
    ]);
  });
});

describe("interrupts", () => {
  it("are disabled where a lock of the interrupt's is taken", () => {
    const { mends } = tried(parsed(IRQ_INCONSISTENT), ({ rule }) => rule === "irq-inconsistent");
    expect(mends[0]).toMatchObject({
      kind: "irq",
      change: "take irqdrv.lock with spin_lock_irqsave() in irqdrv_ioctl()",
      at: [{ function: "irqdrv_ioctl", at: "drivers/gpu/drm/irqdrv.c:50" }],
      introduces: [],
    });
  });

  it("are disabled in each such place", () => {
    const more = IRQ_INCONSISTENT.replace(
      "paths:",
      `paths:
  irqdrv_open: {context: process, steps: [{lock: irqdrv.lock, at: 60}, {unlock: irqdrv.lock}, {lock: irqdrv.lock, at: 62}]}`,
    );
    const { mends } = tried(parsed(more), ({ rule }) => rule === "irq-inconsistent");
    const lines = mends[0].at.map(({ at }) => at?.replace(/.*:/, "")).sort();
    expect([mends[0].kind, lines]).toEqual(["irq", ["50", "60", "62"]]);
  });

  it("are disabled for the lock that an interrupt's lock leads to", () => {
    const { mends } = tried(parsed(IRQ_INVERSION), ({ rule }) => rule === "irq-inversion");
    expect(mends[0].change).toBe("take unsafe.lock with spin_lock_irqsave() in inverted_debugfs()");
  });

  it("stay disabled by the function that takes such a lock", () => {
    const { mends } = tried(
      parsed(`
manifest: 1
driver: early
locks: {outer.lock: {kind: raw_spinlock}, inner.lock: {kind: raw_spinlock}}
paths:
  early_handler: {context: hardirq, steps: [{lock: outer.lock, steps: []}]}
  early_ioctl: {steps: [{lock: outer.lock, irq: save, steps: [{lock: inner.lock, irq: "off", steps: []}]}]}
`),
      ({ rule }) => rule === "irq-inconsistent",
    );
    expect(mends[0].change).toMatch(/^take inner.lock with raw_spin_lock_irqsave\(\) in early_ioctl\(\)/);
  });

  it("stay disabled where an inner lock enabled them too soon", () => {
    const { mends } = tried(
      parsed(`
manifest: 1
driver: early
locks: {outer.lock: {kind: spinlock}, inner.lock: {kind: spinlock}}
paths:
  early_handler: {context: hardirq, steps: [{lock: outer.lock, steps: []}]}
  early_ioctl:
    context: process
    steps: [{lock: outer.lock, irq: save, steps: [{lock: inner.lock, irq: "off", steps: []}]}]
`),
      ({ rule }) => rule === "irq-inconsistent",
    );
    expect(mends[0].change).toBe(
      "take inner.lock with spin_lock_irqsave() in early_ioctl(), which enables interrupts with outer.lock held",
    );
  });
});

describe("sleeping under a spinlock", () => {
  it("is mended by an allocation that does not sleep", () => {
    const { mends } = tried(
      parsed(WAIT_CONTEXT),
      ({ rule, message }) => rule === "wait-context" && message.includes("sleepy_alloc"),
    );
    expect(mends.map(({ kind }) => kind)).toEqual(["allocation", "release"]);
  });

  it("is mended by releasing the spinlock, or by leaving the mutex to a work item but not to an irq_work", () => {
    const { mends } = tried(
      parsed(WAIT_CONTEXT),
      ({ rule, message }) => rule === "wait-context" && message.includes("sleepy_ioctl"),
    );
    expect(mends.filter(({ introduces }) => introduces.length === 0).map(({ change }) => change)).toEqual([
      "release sleepy.lock in sleepy_ioctl() while it takes sleepy.mutex",
      "defer what takes sleepy.mutex in sleepy_ioctl() to a work item",
      "only try to take sleepy.mutex in sleepy_ioctl() (mutex_trylock()), and do without or come back",
    ]);
  });
});

describe("other rules", () => {
  it("a wait for a fence under a lock that its signalling needs: waits without it", () => {
    const { mend } = tried(parsed(FENCE_WAIT), ({ rule }) => rule === "fence-wait");
    expect(mend("release").change).toBe(
      "release waiter.mutex in waiter_close() while it calls dma_fence_wait()",
    );
    expect(mend("defer").change).toBe("defer what takes waiter.mutex in waiter_work() to a work item");
  });

  it("a documented order: takes the outer lock first", () => {
    const { mend } = tried(parsed(DECLARED_ORDER), ({ rule }) => rule === "declared-order");
    expect(mend("earlier").change).toBe(
      "take mmap_lock before reservation_ww_class_mutex in pinner_submit()",
    );
  });

  it("a lock that is missing: takes it around the call; an unlock too many: leaves it out", () => {
    const manifests = parsed(UNBALANCED);
    const missing = tried(manifests, ({ rule }) => rule === "missing-lock");
    expect(missing.mends.map(({ change }) => change)).toEqual([
      "take sloppy.lock in sloppy_write()",
      "take sloppy.lock in sloppy_update() before it calls sloppy_write()",
    ]);
    expect(tried(manifests, ({ rule }) => rule === "unbalanced").mends.map(({ change }) => change)).toEqual([
      "leave out the unlock of sloppy.lock in sloppy_exit()",
    ]);
  });

  it("data that is freed too early: frees it later", () => {
    const { mends } = tried(
      parsed(`
manifest: 1
driver: hasty
fences:
  job:
    ops: {signaled: {at: "hasty.c:10"}}
    data: [{object: hasty_ring, freed_by: kfree, used_by: [signaled]}]
`),
      ({ rule }) => rule === "no-grace-period",
    );
    expect(mends[0].change).toBe("free hasty_ring after a grace period (kfree_rcu())");
    expect(mends.map(({ kind }) => kind)).toContain("hold");
  });
});

describe("what is no mend", () => {
  it("another name for the same circle: a lock of its own for the member's fences", () => {
    const { mends } = tried(
      shipped("fixtures/history/c01-dma_fence_array/before.yaml"),
      ({ rule }) => rule === "lock-order",
    );
    expect(mends.map(({ kind }) => kind)).not.toContain("own-lock");
  });

  it("a change in one driver where another takes the same locks in the same order: both have to change", () => {
    const other = CIRCLE.replace("driver: circle", "driver: square")
      .replaceAll("circle_submit", "square_submit")
      .replace(/ {2}circle_reset:[\s\S]*functions:/, "functions:")
      .replaceAll("circle.c", "square.c");
    const { finding, mends } = tried(parsed(CIRCLE, other), ({ rule }) => rule === "lock-order");
    expect(finding.drivers).toEqual(["circle"]);
    const release = mends.filter(({ kind, change }) => kind === "release" && change.includes("_submit"));
    expect(release.map(({ at }) => at.map((place) => place.function))).toEqual([
      ["circle_submit", "square_submit"],
    ]);
  });

  it("a trylock of the very lock that is held: it fails for certain", () => {
    const { mends } = tried(parsed(SW_SYNC), ({ rule }) => rule === "self-deadlock", RFC);
    expect(mends.map(({ kind }) => kind)).not.toContain("trylock");
  });

  it("trying to take a mutex where the code also runs in an interrupt", () => {
    const text = `
manifest: 1
driver: toy
locks: {toy.mutex: {kind: mutex}, toy.lock: {kind: spinlock}}
fences: {f: {ops: {set_deadline: {steps: [{lock: toy.mutex, steps: []}]}}}}
paths: {ioctl: {steps: [{lock: toy.lock, steps: [{lock: toy.mutex, steps: []}]}]}}
`;
    const isAbout =
      (context: string) =>
      ({ rule, message }: Finding) =>
        rule === "wait-context" && message.includes(context);
    const inOp = tried(parsed(text), isAbout("in hardirq context"));
    expect(inOp.mends.map(({ kind }) => kind)).toEqual(["defer"]);
    expect(tried(parsed(text), isAbout("under toy.lock")).mend("trylock").introduces).toEqual([]);
  });

  it("deferring what is called for its answer", () => {
    const { mends } = tried(
      parsed(`
manifest: 1
driver: toy
locks: {toy.lock: {kind: spinlock}}
fences:
  f:
    ops:
      signaled: {steps: [{lock: fence.lock, irq: save, steps: []}]}
paths:
  poll: {steps: [{lock: fence.lock, irq: save, steps: [{call: dma_fence_is_signaled}]}]}
`),
      ({ rule }) => rule === "self-deadlock",
    );
    expect(mends.length).toBeGreaterThan(0);
    expect(mends.filter(({ kind }) => kind === "defer").map(({ change }) => change)).toEqual([]);
  });

  it("disabling interrupts for a mutex", () => {
    const { mends } = tried(
      shipped("fixtures/history/c06-drm_sched-free_job/before.yaml"),
      ({ rule }) => rule === "irq-inconsistent",
    );
    expect(mends.map(({ kind }) => kind)).not.toContain("irq");
  });
});

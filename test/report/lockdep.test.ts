import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { lockdep } from "../../src/report/lockdep.js";
import {
  analysed,
  CIRCLE,
  DECLARED_ORDER,
  FENCE_WAIT,
  GUARDED,
  IRQ_INCONSISTENT,
  IRQ_INVERSION,
  LONG_CIRCLE,
  SW_SYNC,
  UNBALANCED,
  WAIT_CONTEXT,
} from "./analysed.js";

const RFC = "rfc-ops-under-fence-lock";
const REAL = readFileSync(
  new URL("../../fixtures/kernel-report/sw_sync-set_deadline-under-fence-lock.txt", import.meta.url),
  "utf8",
);

/** What a reader takes from a recursive-locking report: the title, each lock with its function, the table. */
function essence(report: string) {
  return {
    title: /^WARNING: .*$/m.exec(report)?.[0],
    locks: [...report.matchAll(/\(([^()]+)\)\{[^}]*\}-\{([^}]*)\}, at: (\w+)/g)].map(
      ([, lock, waitTypes, at]) => [lock, waitTypes, at],
    ),
    order: [...report.matchAll(/is trying to acquire lock:|but task is already holding lock:/g)].map(
      ([text]) => text,
    ),
    scenario: report.slice(report.indexOf(" Possible"), report.indexOf(" *** DEADLOCK ***") + 18).trimEnd(),
  };
}

describe("the lockdep format", () => {
  test("reports sw_sync's set_deadline as the real kernel did: title, locks, functions and table", () => {
    const ours = lockdep(analysed({ "sw_sync.yaml": SW_SYNC }, RFC));
    expect(essence(ours)).toEqual(essence(REAL));
    expect(essence(ours)).toMatchObject({
      title: "WARNING: possible recursive locking detected",
      locks: [
        ["&obj->lock", "3:3", "timeline_fence_set_deadline"],
        ["&obj->lock", "3:3", "dma_fence_set_deadline"],
      ],
    });
  });

  test("names the policy in place of the release, and the class beside lockdep's name", () => {
    const ours = lockdep(analysed({ "sw_sync.yaml": SW_SYNC }, RFC));
    expect(ours.split("\n").slice(1, 3)).toEqual([
      "WARNING: possible recursive locking detected",
      `policy ${RFC}`,
    ]);
    expect(ours).toContain(
      "at: timeline_fence_set_deadline drivers/dma-buf/sw_sync.c:200  [sync_timeline.lock]",
    );
  });

  test("gives a circle its chain in reverse order, with functions for stack addresses", () => {
    const ours = lockdep(analysed({ "circle.yaml": CIRCLE }));
    expect(ours).toContain(
      [
        "the existing dependency chain (in reverse order) is:",
        "",
        "-> #1 (circle_queue.lock){+.+.}-{4:4}:",
        "       circle_kick drivers/gpu/drm/circle.c:31",
        "       circle_submit drivers/gpu/drm/circle.c:11",
        "",
        "-> #0 (&cdev->lock){+.+.}-{4:4}:  [circle_dev.lock]",
        "       circle_reset drivers/gpu/drm/circle.c:21",
      ].join("\n"),
    );
    expect(ours).toContain(
      [
        "       CPU0                    CPU1",
        "       ----                    ----",
        "  lock(&cdev->lock);",
        "                               lock(circle_queue.lock);",
        "  lock(circle_queue.lock);",
        "                               lock(&cdev->lock);",
        "",
        " *** DEADLOCK ***",
      ].join("\n"),
    );
    expect(ours).toContain(" only when: the ring is idle");
  });

  test("shows every CPU of a longer circle", () => {
    const ours = lockdep(analysed({ "ring.yaml": LONG_CIRCLE }));
    expect(ours).toContain("Chain exists of:\n  a.lock --> b.lock --> c.lock\n");
    expect(ours).toMatch(/CPU0 +CPU1 +CPU2/);
    expect([...ours.matchAll(/^-> #(\d) \((.)\.lock\)/gm)].map(([, depth, lock]) => depth + lock)).toEqual([
      "2c",
      "1b",
      "0a",
    ]);
  });

  test("a documented order is the other side of the circle", () => {
    const ours = lockdep(analysed({ "pinner.yaml": DECLARED_ORDER }));
    expect(ours).toContain(
      "-> #1 (reservation_ww_class_mutex){+.+.}-{4:4}:\n       (the documented order)\n",
    );
    expect(ours).toContain(
      [
        "  lock(reservation_ww_class_mutex);",
        "                                     lock(mmap_lock);",
        "  rlock(mmap_lock);",
        "                                     lock(reservation_ww_class_mutex);",
        "",
        " *** DEADLOCK ***",
      ].join("\n"),
    );
  });

  test("waiting for a fence is a lock like any other", () => {
    const ours = lockdep(analysed({ "waiter.yaml": FENCE_WAIT }));
    expect(ours).toContain("WARNING: possible circular locking dependency detected\n");
    expect(ours).toContain("-> #0 (signal(waiter/job)){....}-{0:0}:\n       dma_fence_default_wait ");
    expect(ours).toContain("-> #1 (&w->mutex){+.+.}-{4:4}:  [waiter.mutex]\n       waiter_work ");
  });

  test("does not cry deadlock where one lock guards the circle", () => {
    const ours = lockdep(analysed({ "gated.yaml": GUARDED }));
    expect(ours).toContain(" *** guarded by gate ***");
    expect(ours).not.toContain("DEADLOCK");
  });

  test("an inconsistent lock state has the usage that contradicts", () => {
    const ours = lockdep(analysed({ "irqdrv.yaml": IRQ_INCONSISTENT }));
    expect(ours).toContain("WARNING: inconsistent lock state\n");
    expect(ours).toContain("inconsistent {HARDIRQ-ON-W} -> {IN-HARDIRQ-W} usage.");
    expect(ours).toContain(" (&idrv->lock){?.+.}-{3:3}, at: irqdrv_handler drivers/gpu/drm/irqdrv.c:40");
    expect(ours).toContain(
      "{HARDIRQ-ON-W} state was registered at:\n  irqdrv_ioctl drivers/gpu/drm/irqdrv.c:50",
    );
    expect(ours).toContain("  lock(&idrv->lock);\n  <Interrupt>\n    lock(&idrv->lock);");
  });

  test("an irq inversion is a safe -> unsafe lock order", () => {
    const ours = lockdep(analysed({ "inverted.yaml": IRQ_INVERSION }));
    expect(ours).toContain("WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected\n");
    expect(ours).toContain(" (&s->lock){-...}-{3:3} -> (&u->lock){+.+.}-{3:3}");
    expect(ours).toContain("... which became HARDIRQ-irq-safe at:\n  inverted_handler");
    expect(ours).toContain("... which became HARDIRQ-irq-unsafe at:\n...\n  inverted_debugfs");
    expect(ours).toContain(" Possible interrupt unsafe locking scenario:");
  });

  test("a lock that may sleep is an invalid wait context, anything else a sleeping function", () => {
    const ours = lockdep(analysed({ "sleepy.yaml": WAIT_CONTEXT }));
    expect(ours).toContain("[ BUG: Invalid wait context ]\n");
    expect(ours).toContain(
      "context-{5:5}\nthe lock held by task that forbids it:\n (&s->lock){+.+.}-{3:3}, at: sleepy_ioctl ",
    );
    expect(ours).toContain(
      "BUG: sleeping function called from invalid context at drivers/gpu/drm/sleepy.c:21\n",
    );
  });

  test("a lock has one usage in all reports, as get_usage_chars() has it; a wait for a fence has none", () => {
    const toy = `
manifest: 1
driver: toy
locks: {l: {kind: spinlock}, r: {kind: rwlock}, m: {kind: mutex}}
paths:
  irq: {context: hardirq, steps: [{lock: l, steps: [{lock: r, mode: recursive-read, steps: []}]}]}
  bh: {context: softirq, steps: [{lock: r, irq: save, steps: []}]}
  one: {steps: [{lock: m, steps: [{lock: l, steps: []}]}]}
  two: {steps: [{lock: l, steps: [{lock: m, steps: []}]}]}
  three: {steps: [{lock: r, steps: []}]}
`;
    const usages = [...lockdep(analysed({ "toy.yaml": toy })).matchAll(/\((\S+)\)\{([^}]*)\}/g)];
    const byLock = new Map<string, Set<string>>();
    for (const [, lock, usage] of usages) byLock.set(lock, (byLock.get(lock) ?? new Set()).add(usage));
    expect(Object.fromEntries([...byLock].map(([lock, all]) => [lock, [...all]]))).toEqual({
      l: ["?.+."],
      m: ["+.+."],
      r: ["+-?."],
    });
  });

  test("counts no locks that it does not know of, and denies none", () => {
    const nested = `
manifest: 1
driver: nested
locks: {m: {kind: mutex}, s: {kind: spinlock}}
paths:
  inner: {steps: [{lock: m, steps: [{lock: s, steps: [{sleep: a}]}]}]}
  off: {context: hardirq, steps: [{sleep: b}]}
`;
    const ours = lockdep(analysed({ "nested.yaml": nested }));
    expect(ours).toContain("the lock held by task that forbids it:\n (s){");
    expect(ours).not.toMatch(/\d locks? held by|no locks held/);
  });

  test("an unlock too many is a bad unlock balance, a missing lock a failed assertion", () => {
    const ours = lockdep(analysed({ "sloppy.yaml": UNBALANCED }));
    expect(ours).toContain("WARNING: bad unlock balance detected!\n");
    expect(ours).toContain(
      "is trying to release lock (&s->lock) at:  [sloppy.lock]\n sloppy_exit drivers/gpu/drm/sloppy.c:10",
    );
    expect(ours).toContain("WARNING: at drivers/gpu/drm/sloppy.c:31 sloppy_write\n");
    expect(ours).toContain("lockdep_assert_held(&s->lock) fails");
  });
});

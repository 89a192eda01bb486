import { describe, expect, it } from "vitest";
import type { MendKind } from "../../src/checks/mend.js";
import { shipped, tried } from "./tried.js";

/** What the kernel did about deadlocks of the past, each found again as a mend that breaks nothing. */
const FIXES: readonly {
  readonly name: string;
  readonly rule: string;
  readonly kind: MendKind;
  readonly change: string;
}[] = [
  {
    name: "c01-dma_fence_array",
    rule: "lock-order",
    kind: "defer",
    change: "defer dma_fence_signal() in dma_fence_array_cb_func() to",
  },
  {
    name: "c02-sw_sync",
    rule: "self-deadlock",
    kind: "keep-reference",
    change:
      "hold a reference to the fence over dma_fence_signal_locked() in sync_timeline_signal(), and put it once sync_timeline.lock is released",
  },
  {
    name: "c04-nouveau",
    rule: "lock-order",
    kind: "defer",
    change: "defer what takes nouveau_fence_chan.lock in nvkm_intr() to a work item",
  },
  {
    name: "c05-drm_sched-same-class",
    rule: "self-deadlock",
    kind: "defer",
    change: "defer dma_fence_signal() in drm_sched_entity_kill_jobs_cb() to",
  },
  {
    name: "c06-drm_sched-free_job",
    rule: "wait-context",
    kind: "defer",
    change: "defer panfrost_job_free() in drm_sched_entity_kill_jobs_irq_work() to a work item",
  },
  {
    name: "c07-drm_sched-dependencies",
    rule: "self-deadlock",
    kind: "defer",
    change: "defer dma_fence_add_callback() in drm_sched_entity_kill_jobs_cb() to a work item",
  },
  {
    name: "c09-xe",
    rule: "fence-wait",
    kind: "defer",
    change: "defer what takes xe_vm.lock in preempt_fence_work_func() to a work item",
  },
];

describe("the fixes of the past are among the mends", () => {
  it.each(FIXES)("$name", ({ name, rule, kind, change }) => {
    const { mends } = tried(
      shipped(`fixtures/history/${name}/before.yaml`),
      (finding) => finding.rule === rule && finding.severity === "error",
    );
    const fix = mends.find((mend) => mend.kind === kind && mend.change.startsWith(change));
    expect(fix, mends.map((mend) => mend.change).join("\n")).toBeDefined();
    expect(fix?.introduces).toEqual([]);
  });
});

import { expect, test } from "vitest";
import { compact } from "../../src/report/compact.js";
import { ALL, analysed, GUARDED, HOSTILE, QUIET, SW_SYNC, TWO_FENCES } from "./analysed.js";

const RFC = "rfc-ops-under-fence-lock";

test("a line a finding, at the kernel line of the step at fault", () => {
  expect(compact(analysed({ "sw_sync.yaml": SW_SYNC }, RFC))).toBe(
    "drivers/dma-buf/sw_sync.c:200: error[self-deadlock] sw_sync: set_deadline: timeline_fence_set_deadline() takes sync_timeline.lock, the lock of this very fence, while dma_fence_set_deadline() holds it already (self-deadlock-d323b8d3ae14ed19)\n",
  );
});

test("where no kernel line is told, the input's", () => {
  const lines = compact(analysed({ "twofold.yaml": TWO_FENCES }, RFC))
    .trimEnd()
    .split("\n");
  expect(lines).toHaveLength(2);
  for (const line of lines)
    expect(line).toMatch(/^rules\/rfc-ops-under-fence-lock\.yaml:\d+: error\[self-deadlock\] /);
});

test("an irq inversion stands where its last lock is taken with interrupts enabled", () => {
  expect(compact(analysed(ALL))).toContain("drivers/gpu/drm/inverted.c:30: error[irq-inversion] ");
});

test("a note does not look like an error", () => {
  expect(compact(analysed({ "gated.yaml": GUARDED }))).toMatch(
    /^\S+:\d+: note\[lock-order\] .* \(lock-order-\w+\)\n$/,
  );
});

test("every finding is one line, whatever is in its words; no findings, no lines", () => {
  const report = analysed({ "odd.yaml": HOSTILE });
  expect(compact(report).split("\n")).toHaveLength(report.findings.length + 1);
  expect(compact(analysed({ "quiet.yaml": QUIET }))).toBe("");
});

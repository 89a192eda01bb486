import { describe, expect, it } from "vitest";
import { analyze, loadPolicy, parseManifests } from "../../src/index.js";

const POLICIES = [
  "linux-6.12",
  "linux-7.1",
  "rfc-enable-signaling-unlocked",
  "rfc-ops-rcu-only",
  "rfc-ops-rwlock",
  "rfc-ops-under-fence-lock",
];

const manifests = (op: string) =>
  parseManifests(
    `
manifest: 1
driver: zap
locks: {zap.list_lock: {kind: spinlock}}
fences: {job: {ops: {${op}: {steps: [{lock: zap.list_lock, steps: []}]}}}}
paths: {zap_ioctl: {context: process, steps: [{lock: zap.list_lock, steps: []}]}}
`,
    "zap.yaml",
  );

describe("the shipped policies", () => {
  it.each(POLICIES.flatMap((policy) => ["release", "set_deadline", "signaled"].map((op) => [policy, op])))(
    "%s: ->%s may run in hardirq, where its lock must not be taken with interrupts enabled elsewhere",
    (policy, op) => {
      const { findings } = analyze({ manifests: manifests(op), policy: loadPolicy(policy) });
      expect(findings.map(({ rule, locks }) => [rule, ...locks])).toContainEqual([
        "irq-inconsistent",
        "zap.list_lock",
      ]);
    },
  );
});

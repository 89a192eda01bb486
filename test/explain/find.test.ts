import { describe, expect, it } from "vitest";
import { reportOf } from "../../src/analysis/analyze.js";
import { findingWithId, ruleNamed, ruleOfId } from "../../src/explain/find.js";
import { rulesText, ruleText } from "../../src/explain/text.js";
import { PLAIN } from "../../src/report/style.js";
import { examined } from "../query/examined.js";

const report = reportOf(
  examined("locks: {l: {kind: mutex}, m: {kind: mutex}}\npaths: {p: [l, l], q: [m, m]}"),
);
const [first] = report.findings;

describe("what explain is asked about", () => {
  it("is a rule, or else one that was probably meant", () => {
    expect(ruleNamed("fence-wait")).toBe("fence-wait");
    expect(() => ruleNamed("fence-wiat")).toThrow(/unknown rule "fence-wiat" \(did you mean fence-wait\?\)/);
  });

  it("is a finding, by its id or the beginning of it", () => {
    expect(ruleOfId(first.id)).toBe("self-deadlock");
    expect(ruleOfId("self-deadlock")).toBeUndefined();
    expect(findingWithId(report, first.id)).toBe(first);
    expect(findingWithId(report, first.id.slice(0, -4))).toBe(first);
    expect(() => findingWithId(report, "self-deadlock-")).toThrow(/2 findings have an id that begins/);
    expect(() => findingWithId(report, "lock-order-0000")).toThrow(/no finding "lock-order-0000"/);
  });
});

describe("what explain tells", () => {
  it("of a rule: what it means, two examples with their difference marked, how the kernel says it", () => {
    const text = ruleText("irq-inconsistent", PLAIN);
    expect(text).toMatch(/^error\[irq-inconsistent\] a lock is taken in an interrupt/);
    expect(text).toContain("  -     steps: [{lock: toy_device.ring_lock, steps: []}]\n");
    expect(text).toContain('  +     steps: [{lock: toy_device.ring_lock, irq: "off", steps: []}]\n');
    expect(text).toContain("inconsistent {IN-HARDIRQ-W} -> {HARDIRQ-ON-W} usage.");
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  it("without a rule: all of them, with their titles", () => {
    expect(rulesText(PLAIN)).toMatch(/ {2}callback-under-lock {2}note {5,}fence callbacks run/);
  });
});

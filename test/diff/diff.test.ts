import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareFindings } from "../../src/diff/compare.js";
import { type DiffReport, diff, type Finding, loadPolicy, parseManifests } from "../../src/index.js";
import { CIRCLE, GUARDED, SW_SYNC } from "../report/analysed.js";

const LINUX = loadPolicy("linux-7.1");
const RFC = loadPolicy("rfc-ops-under-fence-lock");
const HOLD = [{ op: "set_deadline", lock: "fence.lock" }];
const manifests = [...parseManifests(SW_SYNC, "sw_sync.yaml"), ...parseManifests(CIRCLE, "circle.yaml")];

const ids = (findings: readonly Finding[]) => findings.map(({ id }) => id);
const told = (findings: readonly Finding[]) =>
  findings.map(({ rule, drivers, ops }) => `${rule} ${drivers.join()} ${ops.join()}`);

function mirrored(there: DiffReport, back: DiffReport) {
  expect(ids(back.fixed)).toEqual(ids(there.introduced));
  expect(ids(back.introduced)).toEqual(ids(there.fixed));
  expect(ids(back.unchanged)).toEqual(ids(there.unchanged));
}

describe("diff", () => {
  it("introduces sw_sync's self-deadlock where ->set_deadline comes under the fence lock", () => {
    const result = diff({ manifests, base: LINUX, head: RFC });
    expect(result).toMatchObject({
      schema: "fence-lockcheck/diff/1",
      base: "linux-7.1",
      head: "rfc-ops-under-fence-lock",
    });
    expect(told(result.introduced)).toContain("self-deadlock sw_sync set_deadline");
    expect(told(result.unchanged)).toContain("lock-order circle ");
    mirrored(result, diff({ manifests, base: RFC, head: LINUX }));
  });

  it("is empty between a policy and itself", () => {
    for (const policy of [LINUX, RFC]) {
      const result = diff({ manifests, base: policy, head: policy });
      expect([result.introduced, result.fixed, result.changes]).toEqual([[], [], []]);
      expect(result.unchanged.length).toBeGreaterThan(0);
    }
  });

  it("makes a HEAD of what-ifs", () => {
    const result = diff({ manifests, base: LINUX, hold: HOLD });
    expect(result.head).toBe("linux-7.1 --hold set_deadline=fence.lock");
    expect(told(result.introduced)).toEqual(["self-deadlock sw_sync set_deadline"]);
    expect(result.changes.map(({ words }) => words)).toEqual([
      "set_deadline in dma_fence_set_deadline(): rcu -> rcu, fence.lock",
    ]);
  });

  it("compares two states of the manifests", () => {
    const mended = parseManifests(SW_SYNC.replaceAll("set_deadline:", "release:"), "sw_sync.yaml");
    const result = diff({ manifests, headManifests: mended, base: RFC });
    expect(told(result.fixed)).toContain("self-deadlock sw_sync set_deadline");
    expect(told(result.fixed)).toContain("lock-order circle ");
    expect(result.changes).toEqual([]);
  });

  it("does not mind where a manifest's lines and files went", () => {
    const moved = [
      ...parseManifests(`\n\n# moved\n${SW_SYNC.replaceAll("\n  ", "\n\n  ")}`, "elsewhere/renamed.yaml"),
      ...parseManifests(CIRCLE.replaceAll(/at: \d+/g, "at: 4711"), "circle.yaml"),
    ];
    for (const policy of [LINUX, RFC]) {
      const result = diff({ manifests, headManifests: moved, base: policy });
      expect([result.introduced, result.fixed]).toEqual([[], []]);
    }
  });

  it("takes a finding that got worse as introduced, and as fixed the other way round", () => {
    const guarded = parseManifests(GUARDED, "gated.yaml");
    const open = parseManifests(
      GUARDED.replaceAll("lock: gate, at: 1", "lock: other, at: 1").replace(
        "  gate:",
        "  other: {kind: mutex}\n  gate:",
      ),
      "gated.yaml",
    );
    const result = diff({ manifests: guarded, headManifests: open, base: LINUX });
    expect(result.introduced.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([
      "error lock-order",
    ]);
    expect(result.unchanged).toEqual([]);
    mirrored(result, diff({ manifests: open, headManifests: guarded, base: LINUX }));
  });

  it("mirrors itself whatever the findings, and lists no id twice", () => {
    const sample = diff({ manifests, base: LINUX, head: RFC });
    const all = [...sample.introduced, ...sample.unchanged];
    const findings = fc.array(
      fc.record({
        finding: fc.constantFrom(...all),
        severity: fc.constantFrom("error" as const, "warning" as const, "note" as const),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(findings, findings, (one, other) => {
        const [base, head] = [one, other].map((side) =>
          side.map(({ finding, severity }) => ({ ...finding, severity })),
        );
        const there = compareFindings(base, head);
        const back = compareFindings(head, base);
        expect(ids(back.fixed)).toEqual(ids(there.introduced));
        expect(ids(back.introduced)).toEqual(ids(there.fixed));
        expect(new Set(ids(back.unchanged))).toEqual(new Set(ids(there.unchanged)));
        const listed = [...there.introduced, ...there.fixed, ...there.unchanged].map(({ id }) => id);
        expect(new Set(listed).size).toBe(listed.length);
        expect(new Set(listed)).toEqual(new Set(ids([...base, ...head])));
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Baseline, quickBaseline } from "../../src/baseline/baseline.js";
import { matchBaseline, withoutKnown } from "../../src/baseline/match.js";
import { parseBaseline } from "../../src/baseline/read.js";
import { updateBaseline } from "../../src/baseline/update.js";
import { baselineText } from "../../src/baseline/write.js";
import { InputError, type Report } from "../../src/index.js";
import { analysed, CIRCLE, GUARDED, IRQ_INCONSISTENT, SW_SYNC } from "../report/analysed.js";

const RFC = "rfc-ops-under-fence-lock";
const TODAY = "2026-07-01";
const KNOWN = { reason: "reported upstream", owner: "jane", expires: "2026-12-31" };

const before = analysed({ "sw_sync.yaml": SW_SYNC, "circle.yaml": CIRCLE }, RFC);

function made(report: Report, more: Partial<Parameters<typeof updateBaseline>[1]> = {}): Baseline {
  return updateBaseline(report, { known: KNOWN, add: true, prune: false, ...more }).baseline;
}

describe("a baseline made today", () => {
  const baseline = made(before);

  it("knows every finding, and counts none of them by severity", () => {
    const { report, lapses } = matchBaseline(before, baseline, TODAY);
    expect(report.summary).toMatchObject({ error: 0, warning: 0, note: 0, known: before.findings.length });
    expect(report.findings.map(({ known }) => known)).toEqual(before.findings.map(() => KNOWN));
    expect(withoutKnown(report).findings).toEqual([]);
    expect(lapses).toEqual([]);
  });

  it("still does when lines are inserted, the file is renamed, and the kernel's lines have moved", () => {
    const shifted = (text: string) =>
      `# ${"\n# ".repeat(9)}\n${text.replaceAll(/\n(\s*\w)/g, "\n# more\n$1").replaceAll(/at: (\d+)/g, "at: 1$1")}`;
    const moved = analysed({ "other/sw.yml": shifted(SW_SYNC), "other/c.yml": shifted(CIRCLE) }, RFC);
    const { report, lapses } = matchBaseline(moved, baseline, TODAY);
    expect([report.summary.error, report.summary.known, lapses]).toEqual([0, before.findings.length, []]);
  });

  it("does not know a new deadlock", () => {
    const worse = SW_SYNC.replace(
      "      set_deadline:",
      "      release: {steps: [{lock: sync_timeline.lock, irq: save, steps: [{lock: sync_timeline.lock}]}]}\n      set_deadline:",
    );
    const { report } = matchBaseline(
      analysed({ "sw_sync.yaml": worse, "circle.yaml": CIRCLE }, RFC),
      baseline,
      TODAY,
    );
    expect(withoutKnown(report).findings.map(({ rule, ops }) => `${rule} ${ops.join()}`)).toEqual([
      "self-deadlock release",
    ]);
    expect(report.summary.error).toBe(1);
  });

  it("has stale entries once a finding is gone, unless its driver or policy just was not looked at", () => {
    const stale = (report: Report) =>
      matchBaseline(report, baseline, TODAY).lapses.map(({ why, entry }) => `${why} ${entry.drivers}`);
    const mended = analysed(
      {
        "sw_sync.yaml": SW_SYNC,
        "circle.yaml": CIRCLE.replace("circle_kick, ", "circle_idle, ").replace(
          "  circle_kick:",
          "  circle_idle: {steps: []}\n  circle_kick:",
        ),
      },
      RFC,
    );
    expect(stale(mended)).toEqual(["stale circle"]);
    expect(stale(analysed({ "sw_sync.yaml": SW_SYNC }, RFC))).toEqual([]);
    const unjudged = (report: Report) => matchBaseline(report, baseline, TODAY).unjudged;
    expect(unjudged(mended)).toBeUndefined();
    expect(unjudged(analysed({ "sw_sync.yaml": SW_SYNC }, RFC))).toBe(
      "it speaks of drivers that are not among the manifests: circle",
    );
    expect(unjudged(analysed({ "sw_sync.yaml": SW_SYNC, "circle.yaml": CIRCLE }, "linux-6.12"))).toBe(
      `it was made under ${RFC}, and this is linux-6.12`,
    );
    expect(stale(analysed({ "sw_sync.yaml": SW_SYNC, "circle.yaml": CIRCLE }, "linux-6.12"))).toEqual([]);
  });

  it("does not know what has got worse since: a guarded cycle that has lost its guard", () => {
    const note = analysed({ "gated.yaml": GUARDED });
    expect(note.findings.map(({ certainty, severity }) => [certainty, severity])).toEqual([
      ["guarded", "note"],
    ]);
    const known = made(note);
    const error = {
      ...note,
      findings: note.findings.map((finding) => ({ ...finding, severity: "error" as const })),
    };
    const { report, lapses } = matchBaseline(error, known, TODAY);
    expect([report.summary.error, report.summary.known, lapses]).toEqual([1, 0, []]);
    const pruned = updateBaseline(error, { before: known, known: KNOWN, add: false, prune: true });
    expect(matchBaseline(error, pruned.baseline, TODAY).report.summary.error).toBe(1);
    expect(matchBaseline(error, made(error, { before: known }), TODAY).report.summary.error).toBe(0);
    expect(matchBaseline(note, made(error), TODAY).report.summary.known).toBe(1);
  });

  it("has expired entries from the day after, which still cover their findings", () => {
    expect(matchBaseline(before, baseline, "2026-12-31").lapses).toEqual([]);
    const { report, lapses } = matchBaseline(before, baseline, "2027-01-01");
    expect(lapses.map(({ why }) => why)).toEqual(before.findings.map(() => "expired"));
    expect(report.summary.error).toBe(0);
  });
});

describe("an update", () => {
  const after = analysed({ "sw_sync.yaml": SW_SYNC, "irqdrv.yaml": IRQ_INCONSISTENT }, RFC);
  const other = { reason: "new" };

  it("adds what is new and keeps what was said of the rest", () => {
    const { baseline, added, pruned } = updateBaseline(after, {
      before: made(before),
      known: other,
      add: true,
      prune: false,
    });
    const said = Object.fromEntries(baseline.findings.map(({ drivers, reason }) => [drivers.join(), reason]));
    expect(said).toMatchObject({ circle: KNOWN.reason, irqdrv: "new", sw_sync: KNOWN.reason });
    expect([added > 0, pruned]).toEqual([true, 0]);
  });

  it("prunes what is gone, and adds nothing unless told to", () => {
    const { baseline, added, pruned } = updateBaseline(after, {
      before: made(before),
      known: other,
      add: false,
      prune: true,
    });
    expect(new Set(baseline.findings.flatMap(({ drivers }) => drivers))).toEqual(new Set(["sw_sync"]));
    expect([added, pruned]).toEqual([0, 1]);
  });

  it("is sorted by driver, then fingerprint, whatever the order of the files", () => {
    const drivers = made(after).findings.map((entry) => entry.drivers.join());
    expect(drivers).toEqual([...drivers].sort());
    expect(made(analysed({ "b.yaml": CIRCLE, "a.yaml": SW_SYNC }, RFC))).toEqual(made(before));
  });
});

describe("a baseline file", () => {
  it("reads as it was written, in YAML and in JSON", () => {
    const baseline = made(before);
    expect(parseBaseline(baselineText(baseline, "b.yaml"), "b.yaml")).toEqual(baseline);
    expect(parseBaseline(baselineText(baseline, "b.json"), "b.json")).toEqual(baseline);
    expect(quickBaseline(baselineText(baseline, "b.json"))).toEqual(baseline);
  });

  it("keeps every word that a reason may hold", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (reason, owner) => {
        const baseline = made(before, { known: { reason, owner } });
        expect(parseBaseline(baselineText(baseline, "b.yaml"), "b.yaml")).toEqual(baseline);
      }),
      { numRuns: 50 },
    );
  });

  it("says what is wrong with it, and where", () => {
    const entry = "{id: a-1, rule: lock-order, drivers: [a], what: w, reason: r}";
    const wrong = `baseline: 1\npolicy: p\nfindings:\n  - ${entry}\n  - {id: a-2, rule: lock-oder, drivers: [a], what: w, raeson: r, expires: 2026-02-30}\n`;
    const diagnostics = (text: string) => {
      try {
        parseBaseline(text, "b.yaml");
      } catch (error) {
        if (error instanceof InputError)
          return error.diagnostics.map(
            ({ line, message, suggestion = "" }) => `${line} ${message} ${suggestion}`,
          );
      }
      return [];
    };
    const told = diagnostics(wrong).join("\n");
    expect(told).toContain('5 unknown key "raeson" reason');
    expect(told).toContain('5 missing key "reason"');
    expect(told).toMatch(/5 "lock-oder" is not known: .* lock-order/);
    expect(told).toContain("5 expected a day, as YYYY-MM-DD");
    const twice = `baseline: 1\npolicy: p\nfindings:\n  - ${entry}\n  - ${entry}\n`;
    expect(diagnostics(twice)).toEqual(["5 a-1 is listed twice "]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RULES } from "../../src/checks/rules.js";
import { applyConfig } from "../../src/config/apply.js";
import { quickConfig } from "../../src/config/config.js";
import { parseConfig } from "../../src/config/read.js";
import { InputError } from "../../src/index.js";
import { ALL, analysed } from "../report/analysed.js";

function diagnostics(text: string): string[] {
  try {
    parseConfig(text, "fence-lockcheck.yaml");
  } catch (error) {
    if (error instanceof InputError)
      return error.diagnostics.map(({ line, column, message, suggestion = "-" }) =>
        [`${line}:${column}`, message, suggestion].join(" | "),
      );
  }
  return [];
}

describe("the configuration file", () => {
  it("sets what it sets", () => {
    const text = `
policy: linux-7.1
manifests: manifests/
baseline: known.json
severities: {callback-under-lock: off, no-grace-period: error}
ignore: [{rule: lock-order, driver: vc4, reason: the display is going away}]
`;
    expect(parseConfig(text, "c.yaml")).toEqual({
      policy: "linux-7.1",
      manifests: ["manifests/"],
      baseline: "known.json",
      severities: { "callback-under-lock": "off", "no-grace-period": "error" },
      ignore: [{ rule: "lock-order", driver: "vc4", reason: "the display is going away" }],
    });
    expect(parseConfig("# nothing yet\n", "c.yaml")).toMatchObject({ manifests: [], ignore: [] });
  });

  it("refuses what it does not know, with its place and what was meant", () => {
    const text = `
polcy: linux-7.1
severities: {lock-oder: note, fence-wait: offf}
ignore:
  - {drivr: vc4, reason: x}
  - {driver: vc4}
  - {reason: x}
`;
    expect(diagnostics(text)).toEqual([
      '2:1 | unknown key "polcy" | policy',
      '3:14 | unknown key "lock-oder" | lock-order',
      '3:43 | "offf" is not known: expected one of error, warning, note, off | off',
      '5:6 | unknown key "drivr" | driver',
      '6:5 | missing key "reason" | -',
      "7:5 | what to ignore? Give at least one of rule, driver, op, lock, id | -",
    ]);
  });

  it("is read by hand just as by its schema", () => {
    const text = fc.constantFrom("", "a", "lock-order", "set_deadline", "off", "note");
    const value = fc.oneof(text, fc.constantFrom(null, 1, true), fc.array(text, { maxLength: 2 }));
    const keys = ["policy", "manifests", "baseline", "rule", "driver", "op", "lock", "id", "reason"];
    const flat = fc.dictionary(fc.constantFrom(...keys, "lock-order"), value, { maxKeys: 4 });
    const config = fc.record(
      { policy: value, manifests: value, baseline: value, severities: flat, ignore: fc.array(flat) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(config, flat, value), (data) => {
        const json = JSON.stringify(data);
        const quick = quickConfig(json);
        const careful =
          json === "null" || diagnostics(json).length > 0 ? undefined : parseConfig(json, "c.json");
        expect(quick).toEqual(careful);
      }),
      { numRuns: 400 },
    );
  });
});

describe("a configured report", () => {
  const report = analysed(ALL);
  const rules = (text: string) =>
    applyConfig(report, parseConfig(text, "c.yaml")).findings.map(
      ({ rule, severity }) => `${severity} ${rule}`,
    );
  const NONE = { severities: {}, ignore: [] };

  it("is as it was without a configuration", () => {
    expect(applyConfig(report, NONE)).toBe(report);
  });

  it("leaves out what is ignored, and counts it", () => {
    const ignored = applyConfig(report, { ...NONE, ignore: [{ driver: "circle", reason: "old" }] });
    expect(ignored.findings.some(({ drivers }) => drivers.includes("circle"))).toBe(false);
    expect(ignored.summary.ignored).toBe(report.findings.length - ignored.findings.length);
    expect(ignored.summary.error).toBe(report.summary.error - 1);
  });

  it("ignores only where all that is said applies", () => {
    const [first] = report.findings;
    const { id, rule } = first;
    const ids = (ignore: object) =>
      applyConfig(report, { ...NONE, ignore: [{ ...ignore, reason: "r" }] }).findings.map(
        (finding) => finding.id,
      );
    expect(ids({ id, rule })).not.toContain(id);
    expect(ids({ id, rule: Object.keys(RULES).find((other) => other !== rule) })).toContain(id);
    expect(ids({ id, op: "wait" })).toContain(id);
    expect(ids({ lock: first.locks[0] })).not.toContain(id);
  });

  it("weighs rules anew, switches them off, and leaves guarded findings the notes they are", () => {
    expect(rules("severities: {lock-order: warning}").filter((line) => line.endsWith("lock-order"))).toEqual([
      "warning lock-order",
      "warning lock-order",
      "note lock-order",
    ]);
    expect(rules("severities: {lock-order: off}").join()).not.toContain("lock-order");
    expect(rules("severities: {self-deadlock: note}")).toEqual(
      [...rules("severities: {self-deadlock: note}")].sort((a, b) => order(a) - order(b)),
    );
  });

  function order(line: string): number {
    return ["error", "warning", "note"].findIndex((severity) => line.startsWith(severity));
  }
});

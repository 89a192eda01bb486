import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { junit } from "../../src/report/junit.js";
import { ALL, analysed, CIRCLE, HOSTILE, LONG_CIRCLE, QUIET, SW_SYNC } from "./analysed.js";

interface Case {
  readonly name: string;
  readonly classname: string;
  readonly failure?: { readonly message: string; readonly "#text": string };
  readonly skipped?: { readonly message: string };
}
interface Suite {
  readonly name: string;
  readonly tests: string;
  readonly failures: string;
  readonly testcase: readonly Case[];
}

function read(xml: string): {
  tests: string;
  failures: string;
  skipped: string;
  testsuite: readonly Suite[];
} {
  expect(XMLValidator.validate(xml)).toBe(true);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "",
    isArray: (name) => name === "testcase" || name === "testsuite",
    trimValues: false,
  });
  return parser.parse(xml).testsuites;
}

describe("the junit format", () => {
  test("has a suite a driver and a case a finding; a driver without findings passes", () => {
    const report = analysed(ALL, "rfc-ops-under-fence-lock");
    const { testsuite, ...totals } = read(junit(report));
    expect(testsuite.map(({ name }) => name)).toEqual(report.manifests.map(({ driver }) => driver));
    expect(totals).toMatchObject({
      tests: String(report.findings.length + 1),
      failures: String(report.summary.error),
      skipped: "0",
    });
    const quiet = testsuite.find(({ name }) => name === "quiet");
    expect(quiet).toMatchObject({
      tests: "1",
      failures: "0",
      testcase: [{ classname: "quiet", name: "no problem under rfc-ops-under-fence-lock" }],
    });
    expect(quiet?.testcase[0]).not.toHaveProperty("failure");
  });

  test("a failure has the finding's message and evidence", () => {
    const { testsuite } = read(junit(analysed({ "sw_sync.yaml": SW_SYNC }, "rfc-ops-under-fence-lock")));
    const [{ failure }] = testsuite[0].testcase;
    expect(failure?.message).toContain("timeline_fence_set_deadline() takes sync_timeline.lock");
    expect(failure?.["#text"]).toContain("*** DEADLOCK ***");
    expect(failure?.["#text"]).toContain("lockdep: &obj->lock");
  });

  test("a finding of two drivers counts once, with the first", () => {
    const one = LONG_CIRCLE.replace(/ {2}second: .*\n/, "");
    const two = LONG_CIRCLE.replace("driver: ring", "driver: zone").replace(/ {2}(first|third): .*\n/g, "");
    const { testsuite, ...totals } = read(junit(analysed({ "ring.yaml": one, "zone.yaml": two })));
    expect(totals).toMatchObject({ tests: "2", failures: "1", skipped: "1" });
    expect(testsuite.map(({ name, failures }) => [name, failures])).toEqual([
      ["ring", "1"],
      ["zone", "0"],
    ]);
    expect(testsuite[1].testcase[0].skipped?.message).toBe("has a part in findings of ring");
  });

  test("what the baseline knows is skipped", () => {
    const report = analysed({ "circle.yaml": CIRCLE });
    const known = { reason: "the rework <mends> it", owner: "jane" };
    const findings = report.findings.map((finding) => ({ ...finding, known }));
    const { testsuite } = read(junit({ ...report, findings }));
    expect(testsuite[0].testcase[0].skipped?.message).toBe("known: the rework <mends> it (jane)");
  });

  test("markup and control characters do not break the XML", () => {
    const xml = junit(analysed({ "odd.yaml": HOSTILE, "quiet.yaml": QUIET }));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no place for them
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\uffff]/);
    const [{ testcase }] = read(xml).testsuite;
    expect(testcase[0].failure?.message).toContain("100% <b>`|x|`</b> & ::error file=a,line=1::");
  });
});

import { readFileSync } from "node:fs";
import draft04 from "ajv-draft-04";
import formats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { RULES } from "../../src/index.js";
import { sarif } from "../../src/report/sarif.js";
import { ALL, analysed, CIRCLE, GUARDED, HOSTILE, QUIET, SW_SYNC, TWO_FENCES } from "./analysed.js";

const RFC = "rfc-ops-under-fence-lock";

/** The schema of the standard; see fixtures/sarif/README.md. */
const ajv = new draft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
formats.default(ajv);
const validate = ajv.compile(
  JSON.parse(readFileSync(new URL("../../fixtures/sarif/sarif-2.1.0-rtm.5.json", import.meta.url), "utf8")),
);

function problems(log: string): unknown {
  validate(JSON.parse(log));
  return validate.errors ?? [];
}

describe("the sarif format", () => {
  test.each([
    ["every rule that lockdep knows", analysed(ALL, RFC)],
    ["nothing", analysed({ "quiet.yaml": QUIET })],
    ["words that need escaping", analysed({ "m/a b#c?d%.yaml": HOSTILE, "/abs/x.yaml": SW_SYNC }, RFC)],
    ["a file of another system", analysed({ "C:\\m\\gated.yaml": GUARDED })],
  ])("is valid SARIF 2.1.0 with %s", (_, report) => {
    expect(problems(sarif(report))).toEqual([]);
  });

  test("the schema is looked at at all", () => {
    const log = JSON.parse(sarif(analysed({ "circle.yaml": CIRCLE })));
    log.runs[0].results[0].level = "fatal";
    expect(problems(JSON.stringify(log))).not.toEqual([]);
  });

  test("brings all rules, and points each result to its own", () => {
    const [run] = JSON.parse(sarif(analysed(ALL, RFC))).runs;
    const ids = run.tool.driver.rules.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(Object.keys(RULES));
    for (const { ruleId, ruleIndex } of run.results) expect(ids[ruleIndex]).toBe(ruleId);
  });

  test("sw_sync's finding stands at the manifest, and the kernel's line beside it", () => {
    const report = analysed({ "manifests/sw_sync.yaml": SW_SYNC }, RFC);
    const [run] = JSON.parse(sarif(report)).runs;
    const [result] = run.results;
    expect(result).toMatchObject({ ruleId: "self-deadlock", level: "error" });
    expect(result.partialFingerprints).toEqual({ "fenceLockcheckId/v1": report.findings[0].id });
    expect(result.locations[0].physicalLocation.artifactLocation).toEqual({ uri: "manifests/sw_sync.yaml" });
    expect(result.locations[0].physicalLocation.region.startLine).toBe(19);
    expect(run.originalUriBaseIds).toHaveProperty("KERNEL");
    expect(result.relatedLocations).toEqual([
      {
        id: 1,
        message: { text: "timeline_fence_set_deadline(): lock sync_timeline.lock" },
        physicalLocation: {
          artifactLocation: { uri: "drivers/dma-buf/sw_sync.c", uriBaseId: "KERNEL" },
          region: { startLine: 200 },
        },
      },
    ]);
  });

  test("a circle is one code flow with a thread flow a CPU", () => {
    const [run] = JSON.parse(sarif(analysed({ "circle.yaml": CIRCLE }))).runs;
    const [{ threadFlows }, ...more] = run.results[0].codeFlows;
    expect(more).toEqual([]);
    expect(threadFlows.map(({ id }: { id: string }) => id)).toEqual(["CPU0", "CPU1"]);
    expect(
      threadFlows[0].locations.map(
        ({ location }: { location: { message: { text: string } } }) => location.message.text,
      ),
    ).toEqual([
      "circle_submit(): lock circle_dev.lock at drivers/gpu/drm/circle.c:10",
      "circle_submit(): call circle_kick at drivers/gpu/drm/circle.c:11, only when the ring is idle",
      "circle_kick(): lock circle_queue.lock at drivers/gpu/drm/circle.c:31",
    ]);
  });

  test("what is guarded is a note; what the baseline knows is suppressed", () => {
    const guarded = analysed({ "gated.yaml": GUARDED });
    expect(JSON.parse(sarif(guarded)).runs[0].results[0]).toMatchObject({
      level: "note",
      properties: { certainty: "guarded", gate: "gate" },
    });
    const known = { reason: "waits for the rework" };
    const findings = guarded.findings.map((finding) => ({ ...finding, known }));
    expect(JSON.parse(sarif({ ...guarded, findings })).runs[0].results[0].suppressions).toEqual([
      { kind: "external", justification: "waits for the rework" },
    ]);
  });

  test("an installed policy's lines are no place in the repository", () => {
    const report = analysed({ "manifests/twofold.yaml": TWO_FENCES }, RFC);
    const moved = JSON.parse(
      JSON.stringify(report).replaceAll('"rules/', '"node_modules/fence-lockcheck/rules/'),
    );
    const uris = (log: string): string[] =>
      JSON.parse(log).runs[0].results.map(
        ({ locations }: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
          locations[0].physicalLocation.artifactLocation.uri,
      );
    expect(new Set(uris(sarif(report)))).toEqual(new Set([`rules/${RFC}.yaml`]));
    expect(new Set(uris(sarif(moved)))).toEqual(new Set(["manifests/twofold.yaml"]));
  });
});

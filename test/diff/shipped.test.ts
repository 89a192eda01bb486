import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DIFF_FORMATS } from "../../src/diff/formats.js";
import { diff, type Finding, loadPolicy, parseManifests } from "../../src/index.js";

const FOLDER = new URL("../../manifests/", import.meta.url);

const manifests = readdirSync(FOLDER).flatMap((file) =>
  parseManifests(readFileSync(new URL(file, FOLDER), "utf8"), file),
);

function selfDeadlocks(findings: readonly Finding[], op: string): string[] {
  return findings
    .filter(
      ({ rule, certainty, ops }) => rule === "self-deadlock" && certainty === "definite" && ops.includes(op),
    )
    .flatMap(({ drivers }) => drivers);
}

describe("the RFC that takes the fence lock around every op, on the drivers of the tree", {
  timeout: 60_000,
}, () => {
  const linux = loadPolicy("linux-7.1");
  const rfc = loadPolicy("rfc-ops-under-fence-lock");
  const result = diff({ manifests, base: linux, head: rfc });

  it("introduces the set_deadline deadlocks of sw_sync, msm and drm_sched", () => {
    expect(selfDeadlocks(result.introduced, "set_deadline")).toEqual(
      expect.arrayContaining(["sw_sync", "msm", "drm_sched"]),
    );
  });

  it("is fixed by going back, finding by finding", () => {
    const back = diff({ manifests, base: rfc, head: linux });
    expect(back.fixed.map(({ id }) => id)).toEqual(result.introduced.map(({ id }) => id));
    expect(back.introduced.map(({ id }) => id)).toEqual(result.fixed.map(({ id }) => id));
  });

  it("can be told on a mailing list", async () => {
    const mail = (await DIFF_FORMATS.mail.load())(result);
    for (const driver of ["sw_sync", "msm", "drm_sched"])
      expect(mail).toMatch(new RegExp(`^  - ${driver}: set_deadline \\(1 error`, "m"));
    expect(mail.split("\n").filter((line) => line.length > 72)).toEqual([]);
  });
});

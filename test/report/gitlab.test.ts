import { expect, test } from "vitest";
import { gitlab } from "../../src/report/gitlab.js";
import { ALL, analysed, QUIET, SW_SYNC } from "./analysed.js";

test("a code quality entry has what GitLab asks for", () => {
  const report = analysed({ "manifests/sw_sync.yaml": SW_SYNC }, "rfc-ops-under-fence-lock");
  expect(JSON.parse(gitlab(report))).toEqual([
    {
      description: report.findings[0].message,
      check_name: "self-deadlock",
      fingerprint: report.findings[0].id,
      severity: "critical",
      location: { path: "manifests/sw_sync.yaml", lines: { begin: 19 } },
    },
  ]);
});

test("fingerprints tell the entries apart; without findings there is an empty list", () => {
  const entries: { fingerprint: string; severity: string }[] = JSON.parse(gitlab(analysed(ALL)));
  expect(new Set(entries.map(({ fingerprint }) => fingerprint)).size).toBe(entries.length);
  expect(new Set(entries.map(({ severity }) => severity))).toEqual(new Set(["critical", "info"]));
  expect(JSON.parse(gitlab(analysed({ "quiet.yaml": QUIET })))).toEqual([]);
});

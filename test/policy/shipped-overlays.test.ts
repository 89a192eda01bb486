import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diff, type Finding, loadPolicy, parseManifests } from "../../src/index.js";

const FOLDER = new URL("../../manifests/", import.meta.url);

const manifests = readdirSync(FOLDER).flatMap((file) =>
  parseManifests(readFileSync(new URL(file, FOLDER), "utf8"), file),
);

const introduced = (base: string, head: string) =>
  diff({ manifests, base: loadPolicy(base), head: loadPolicy(head) }).introduced;

const driversOf = (findings: readonly Finding[], rule: string) =>
  [...new Set(findings.filter((finding) => finding.rule === rule).flatMap(({ drivers }) => drivers))].sort();

describe("the RFCs, with the drivers as they patch them", { timeout: 120_000 }, () => {
  it("2024: the fence lock is missed where no driver takes it instead: xe's pending list, amdkfd's svm_bo", () => {
    const found = introduced("linux-6.12", "rfc-enable-signaling-unlocked");
    expect(driversOf(found, "missing-lock")).toEqual(["amdgpu", "xe"]);
    expect(driversOf(found, "self-deadlock")).toEqual([]);
  });

  it("2026: nouveau and xe signal a fence whose lock they hold, nouveau counts without the lock", () => {
    const found = introduced("linux-7.1", "rfc-ops-rcu-only");
    expect(driversOf(found, "self-deadlock")).toEqual(["nouveau", "xe"]);
    expect(driversOf(found, "missing-lock")).toEqual(["nouveau"]);
  });

  it("a rwlock of the ops: set_deadline takes the fence lock under it, against the order of the other ops", () => {
    const found = introduced("linux-7.1", "rfc-ops-rwlock").filter(({ severity }) => severity === "error");
    expect(driversOf(found, "lock-order")).toEqual(["drm_sched", "msm", "sw_sync"]);
    expect(found.every(({ ops }) => ops.includes("set_deadline"))).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.js";
import { findPolicy, readPolicyDocument } from "../../src/cli/policies.js";
import { manifestTemplate } from "../../src/init/manifest.js";
import { policyTemplate } from "../../src/init/policy.js";
import { parseManifests } from "../../src/manifest/read.js";
import { parsePolicy } from "../../src/policy/read.js";
import { resolvePolicy } from "../../src/policy/resolve.js";

const manifests = parseManifests(manifestTemplate("toy", "manifest.schema.json"), "toy.yaml");
const linux = await readPolicyDocument(findPolicy("linux-6.12"));
const document = parsePolicy(policyTemplate("my-rfc", "policy.schema.json"), "my-rfc.yaml");
const policy = resolvePolicy(document, () => linux);

describe("what init writes", () => {
  it("is a manifest without findings, with ops, functions and paths to write over", () => {
    expect(analyze({ manifests, policy: linux }).findings).toEqual([]);
    const [{ fences, functions, paths }] = manifests;
    expect([fences.length, functions.length, paths.length]).toEqual([1, 1, 2]);
    expect(fences[0].ops.map(({ op }) => op)).toContain("set_deadline");
  });

  it("is a policy that changes what it says, and takes the manifest", () => {
    expect(policy.functions.length).toBe(linux.functions.length);
    const bad = parseManifests(
      "manifest: 1\ndriver: toy\nlocks: {l: {kind: spinlock}}\nfences: {f: {lock: l, ops: {set_deadline: [l]}}}\n",
      "bad.yaml",
    );
    const rules = (under: typeof policy) =>
      analyze({ manifests: bad, policy: under }).findings.map(({ rule, ops }) => `${rule} ${ops}`);
    expect(rules(policy)).toContain("self-deadlock set_deadline");
    expect(rules(resolvePolicy(linux, () => linux))).not.toContain("self-deadlock set_deadline");
    expect(analyze({ manifests, policy }).findings).toEqual([]);
  });

  it("tells editors where the schema is, in its first line", () => {
    expect(manifestTemplate("toy", "a/b.json")).toMatch(/^# yaml-language-server: \$schema=a\/b\.json\n/);
    expect(policyTemplate("toy", "a/b.json")).toMatch(/^# yaml-language-server: \$schema=a\/b\.json\n/);
  });
});

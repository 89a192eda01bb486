import { describe, expect, it } from "vitest";
import { audit } from "../../src/audit/audit.js";
import { analyze, diff, InputError, type Manifest, parseManifests, parsePolicy } from "../../src/index.js";
import type { Policy, PolicyDocument } from "../../src/policy/model.js";
import { layOver } from "../../src/policy/overlays.js";

const POLICY = `
policy: 1
name: proposal
overlays: [toy.yaml]
functions:
  dma_fence_signal:
    contexts: []
    steps: [{lock: fence.lock, irq: save, steps: []}]
  dma_fence_add_callback:
    steps: [{op: enable_signaling}]
`;

const toy = parseManifests(
  `
manifest: 1
driver: toy
locks:
  toy.lock: {kind: spinlock}
fences:
  toy:
    lock: toy.lock
    ops:
      enable_signaling: {function: toy_enable, steps: [{needs: toy.lock}]}
      set_deadline: {function: toy_set_deadline}
functions:
  toy_signal: {steps: [{call: dma_fence_signal}]}
paths:
  toy_irq: {context: hardirq, steps: [{call: toy_signal}]}
`,
  "toy.yaml",
);

const overlay = (body: string): Manifest[] =>
  parseManifests(`manifest: 1\ndriver: toy\noverlay: true\n${body}`, "overlays/toy.yaml");

const TAKES_THE_LOCK = overlay(`
fences:
  toy:
    ops:
      enable_signaling: {function: toy_enable, steps: [{lock: toy.lock, irq: save, steps: [{needs: toy.lock}]}]}
`);

const policy: PolicyDocument = parsePolicy(POLICY, "policy.yaml");
const withOverlays = (manifests: readonly Manifest[]): Policy => ({
  ...policy,
  overlays: policy.overlays.map((entry) => ({ ...entry, manifests })),
});
const rules = (manifests: readonly Manifest[], under: Policy, overlays?: readonly Manifest[]) =>
  analyze({ manifests, policy: under, overlays }).findings.map(({ rule }) => rule);
const messages = (run: () => unknown): string[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError)
      return error.diagnostics.map(({ file, line, message }) => `${file}:${line}: ${message}`);
    throw error;
  }
  return [];
};

describe("a policy's overlays", () => {
  it("change an op of a driver, and leave the rest of it as it is", () => {
    expect(rules(toy, withOverlays([]))).toEqual(["missing-lock"]);
    expect(rules(toy, withOverlays(TAKES_THE_LOCK))).toEqual([]);
    const calls = overlay(
      "functions: {toy_signal: {steps: [{lock: toy.lock, irq: save, steps: [{call: dma_fence_signal}]}]}}",
    );
    expect(rules(toy, withOverlays([...TAKES_THE_LOCK, ...calls]))).toEqual(["self-deadlock"]);
  });

  it("change every part of a fence that they name, and keep what they do not", () => {
    const below = parseManifests(
      `
manifest: 1
driver: toy
file: toy.c
locks: {a: {kind: spinlock}, b: {kind: spinlock}}
fences:
  toy:
    table: old_ops
    at: 1
    note: old
    lock: a
    lock_at: 2
    ops: {signaled: {at: 3}, wait: {at: 4}}
    links: {parent: {to: any}, next: {to: any}}
    data: [{object: x, freed_by: kfree, used_by: [wait]}, {object: y, freed_by: kfree, used_by: [wait]}]
callbacks: {cb: {attached_to: any}, other: {attached_to: any}}
`,
      "toy.yaml",
    );
    const over = overlay(`
file: new.c
fences:
  toy:
    table: new_ops
    at: 10
    note: new
    lock: b
    lock_at: 20
    container: true
    signaled: true
    private: true
    ops: {wait: {at: 40}}
    links: {next: {to: all}}
    data: [{object: y, freed_by: devm, used_by: [signaled]}]
callbacks: {other: {attached_to: all}}
`);
    const [{ fences, callbacks }] = layOver(below, over).manifests;
    expect(fences[0]).toMatchObject({
      table: "new_ops",
      at: "new.c:10",
      file: "new.c",
      note: "new",
      lock: "b",
      lock_at: "new.c:20",
      container: true,
      signaled: true,
      private: true,
    });
    expect(fences[0].ops.map(({ op, at }) => `${op} ${at}`)).toEqual(["signaled toy.c:3", "wait new.c:40"]);
    expect(fences[0].links.map(({ name, to }) => `${name} ${to}`)).toEqual(["parent any", "next all"]);
    expect(fences[0].data.map(({ object, freed_by }) => `${object} ${freed_by}`)).toEqual([
      "x kfree",
      "y devm",
    ]);
    expect(callbacks.map(({ name, attached_to: { to } }) => `${name} ${to}`)).toEqual([
      "cb any",
      "other all",
    ]);
    const [kept] = layOver(below, overlay("fences: {toy: {}}")).manifests;
    expect(kept.fences).toEqual(below[0].fences);
  });

  it("change one driver alone", () => {
    const [original] = toy;
    const other = { ...original, driver: "other", locks: [{ ...original.locks[0], name: "other.lock" }] };
    const text = JSON.stringify(other).replaceAll('"toy.lock"', '"other.lock"');
    const manifests: Manifest[] = [original, JSON.parse(text)];
    const { findings, policy: told } = analyze({ manifests, policy: withOverlays(TAKES_THE_LOCK) });
    expect(findings.map(({ rule, drivers }) => [rule, ...drivers])).toEqual([["missing-lock", "other"]]);
    expect(told.overlays).toEqual(["toy"]);
  });

  it("take the place of the whole manifest where they are not partial", () => {
    const whole = parseManifests("manifest: 1\ndriver: toy\n", "overlays/toy.yaml");
    const { findings, summary, policy: told } = analyze({ manifests: toy, policy: withOverlays(whole) });
    expect(findings).toEqual([]);
    expect([summary.manifests, summary.drivers, summary.fences]).toEqual([1, 1, 0]);
    expect(told.overlays).toEqual(["toy"]);
  });

  it("take an op away with the function NULL", () => {
    const none = overlay('fences: {toy: {ops: {enable_signaling: {function: "NULL"}}}}');
    expect(rules(toy, withOverlays(none))).toEqual([]);
  });

  it("can be given beside the policy, and come after its own", () => {
    expect(rules(toy, policy, TAKES_THE_LOCK)).toEqual([]);
    const back = overlay("fences: {toy: {ops: {enable_signaling: {steps: [{needs: toy.lock}]}}}}");
    expect(rules(toy, withOverlays(TAKES_THE_LOCK), back)).toEqual(["missing-lock"]);
  });

  it("of a driver that is not analysed are ignored", () => {
    const { findings, policy: told } = analyze({ manifests: [], policy: withOverlays(TAKES_THE_LOCK) });
    expect(findings).toEqual([]);
    expect(told.overlays).toBeUndefined();
  });

  it("belong to their own side of a diff", () => {
    const base: Policy = { ...policy, name: "before", overlays: [] };
    const result = diff({ manifests: toy, base, head: withOverlays(TAKES_THE_LOCK) });
    expect(result.fixed.map(({ rule }) => rule)).toEqual(["missing-lock"]);
    expect([result.sides.base.overlays, result.sides.head.overlays]).toEqual([undefined, ["toy"]]);
  });

  it("are what an audit looks at", () => {
    const lock = "fence.lock";
    const verdicts = (under: Policy) =>
      audit({ manifests: toy, policy: under, lock }).rows.map(({ op, verdict }) => `${op} ${verdict}`);
    expect(verdicts(withOverlays([]))).toContain("enable_signaling ok");
    expect(verdicts(withOverlays(TAKES_THE_LOCK))).toContain("enable_signaling self-deadlock");
  });

  it("are refused where they were not read, where they do not fit, and among the manifests", () => {
    expect(messages(() => analyze({ manifests: toy, policy }))).toEqual([
      'policy.yaml:4: overlay "toy.yaml" was not read',
    ]);
    const misspelt = overlay("fences:\n  tyo: {}");
    expect(messages(() => analyze({ manifests: toy, policy: withOverlays(misspelt) }))).toEqual([
      'overlays/toy.yaml:5: "toy" has no fence "tyo" to lay this over',
    ]);
    const [refused] = messages(() => analyze({ manifests: TAKES_THE_LOCK, policy: withOverlays([]) }));
    expect(refused).toContain('this is an overlay of "toy"');
  });
});

import { describe, expect, it } from "vitest";
import { policyChanges } from "../../src/diff/changes.js";
import { loadPolicy, type Policy, parsePolicy, resolvePolicy } from "../../src/index.js";

/** A policy that extends nothing. */
function policy(functions: string): Policy {
  const text = `policy: 1\nname: p\nlocks: {rcu: {kind: rcu}, a.lock: {kind: mutex}}\nfunctions:\n${functions}`;
  return resolvePolicy(parsePolicy(text, "p.yaml"), () => {
    throw new Error("extends nothing");
  });
}

function words(base: Policy, head: Policy): string[] {
  return policyChanges(base, head).map((change) => change.words);
}

const BARE = policy("  dma_fence_set_deadline: {steps: [{op: set_deadline}]}\n");

describe("what changed between two policies, in words", () => {
  it("names the locks around an op now and then", () => {
    const head = policy(
      "  dma_fence_set_deadline: {steps: [{lock: rcu, steps: [{lock: fence.lock, irq: save, steps: [{op: set_deadline}]}]}]}\n",
    );
    expect(words(BARE, head)).toEqual([
      "set_deadline in dma_fence_set_deadline(): nothing -> rcu, fence.lock",
    ]);
    expect(words(head, BARE)).toEqual([
      "set_deadline in dma_fence_set_deadline(): rcu, fence.lock -> nothing",
    ]);
  });

  it("is silent where nothing changed", () => {
    expect(words(BARE, BARE)).toEqual([]);
  });

  it("counts what the callers within the policy hold, and what a function relies on", () => {
    const base = policy(`
  dma_fence_add_callback: {steps: [{lock: a.lock, steps: [{call: enable}]}]}
  enable: {contexts: [], steps: [{op: enable_signaling}]}
  is_signaled_locked: {contexts: [], steps: [{needs: fence.lock}, {op: signaled}]}
`);
    expect(words(base, policy("  enable: {contexts: [], steps: []}\n"))).toEqual([
      "enable_signaling in enable(): a.lock -> not called",
      "signaled in is_signaled_locked(): fence.lock -> not called",
    ]);
  });

  it("lets go of what is unlocked, and of a list's locks at its end", () => {
    const base = policy(`
  f:
    steps:
      - {lock: rcu}
      - either: [[{lock: a.lock}, {op: signaled}], []]
      - {op: release}
      - {unlock: rcu}
      - {op: wait}
`);
    expect(words(base, policy("  g: {steps: []}\n"))).toEqual([
      "release in f(): rcu -> not called",
      "signaled in f(): rcu, a.lock -> not called",
      "wait in f(): nothing -> not called",
    ]);
  });

  it("follows functions that return with a lock held, or release their caller's", () => {
    const base = policy(`
  take: {contexts: [], leaves_held: [a.lock], steps: [{lock: a.lock}]}
  drop: {contexts: [], steps: [{unlock: a.lock}]}
  f: {steps: [{call: take}, {op: signaled}, {call: drop}, {op: wait}]}
`);
    expect(words(base, policy("  f: {steps: []}\n"))).toEqual([
      "signaled in f(): a.lock -> not called",
      "wait in f(): nothing -> not called",
    ]);
  });

  it("says `sometimes` of a lock that only some callers hold, where that is news", () => {
    const head = policy(`
  dma_fence_set_deadline: {steps: [{op: set_deadline}]}
  caller: {steps: [{lock: a.lock, steps: [{call: dma_fence_set_deadline}]}]}
`);
    expect(words(BARE, head)).toEqual([
      "set_deadline in dma_fence_set_deadline(): nothing -> sometimes a.lock",
    ]);
  });

  it("says `again` of a lock that is held already, but not of rcu", () => {
    const head = policy(
      "  dma_fence_set_deadline: {steps: [{lock: rcu}, {lock: rcu}, {lock: a.lock}, {lock: a.lock}, {op: set_deadline}]}\n",
    );
    expect(words(BARE, head)).toEqual([
      "set_deadline in dma_fence_set_deadline(): nothing -> rcu, a.lock, a.lock again",
    ]);
  });

  it("reads what-ifs as the locks they are", () => {
    const held = { ...BARE, hold: [{ op: "set_deadline", lock: "fence.lock" }] };
    expect(words(BARE, held)).toEqual(["set_deadline in dma_fence_set_deadline(): nothing -> fence.lock"]);
    const dropped = { ...held, drop: [{ op: "set_deadline", lock: "fence.lock" }] };
    expect(words(BARE, dropped)).toEqual([]);
  });

  it("tells from where consumers may call", () => {
    const head = policy(
      "  dma_fence_set_deadline: {contexts: [process, hardirq], steps: [{op: set_deadline}]}\n",
    );
    expect(words(BARE, head)).toEqual([
      "dma_fence_set_deadline(): called by any consumer in process -> any consumer in process, hardirq",
    ]);
  });

  it("comes to an end where functions of a policy call each other", () => {
    const base = policy(
      "  f: {steps: [{call: g}]}\n  g: {steps: [{lock: a.lock, steps: [{call: f}, {op: wait}]}]}\n",
    );
    expect(words(base, policy("  f: {steps: []}\n"))[0]).toMatch(/^wait in g\(\): a\.lock/);
  });

  it("tells the RFC of 2026-06-08: the fence lock around the ops that are not deprecated", () => {
    const rfc = words(loadPolicy("linux-7.1"), loadPolicy("rfc-ops-under-fence-lock"));
    expect(rfc).toContain("set_deadline in dma_fence_set_deadline(): rcu -> rcu, fence.lock");
    expect(rfc).toContain("signaled in dma_fence_is_signaled(): rcu -> rcu, fence.lock");
    expect(rfc.find((line) => line.startsWith("enable_signaling"))).toContain("fence.lock again");
    expect(rfc.some((line) => line.startsWith("wait "))).toBe(false);
  });
});

import { describe, expect, it } from "vitest";
import type { Examination } from "../../src/analysis/examine.js";
import { namedClass } from "../../src/query/names.js";
import { PLAIN } from "../../src/report/style.js";
import { whyText } from "../../src/why/text.js";
import { why } from "../../src/why/why.js";
import { CHAIN, examined } from "../query/examined.js";

const ask = (examination: Examination, from: string, to: string) =>
  why(examination, namedClass(examination, from, "why"), namedClass(examination, to, "why"));
const chain = examined(CHAIN);

describe("why A B", () => {
  it("shows each way in which B is taken under A once, the shortest first, with its other entry points", () => {
    const { answer } = ask(chain, "a", "b");
    if (answer.kind !== "direct") throw new Error(answer.kind);
    const shown = answer.ways.map(({ dependency, alsoFrom }) => ({
      from: dependency.evidence.entry,
      steps: dependency.evidence.chain.map((link) => link.action),
      alsoFrom,
    }));
    expect(shown).toEqual([
      { from: "direct", steps: ["lock a", "lock b"], alsoFrom: [] },
      { from: "first", steps: ["lock a", "call take_b", "lock b"], alsoFrom: [] },
      { from: "again", steps: ["lock a", "call take_b", "lock b"], alsoFrom: [] },
    ]);
  });

  it("folds entry points that come to the same lines", () => {
    const toy = examined(`
locks: {a: {kind: mutex}, b: {kind: mutex}}
functions: {both: [a, b]}
paths: {one: {steps: [{call: both}]}, two: {steps: [{call: both}]}}`);
    const { answer } = ask(toy, "a", "b");
    if (answer.kind !== "direct") throw new Error(answer.kind);
    expect(answer.ways.map(({ alsoFrom }) => alsoFrom)).toEqual([["two() in process context"]]);
  });

  it("shows the shortest chain of dependencies, with evidence for each, where no one thread takes both", () => {
    const { answer, reverse } = ask(chain, "a", "c");
    if (answer.kind !== "path") throw new Error(answer.kind);
    expect(answer.path).toEqual(["a", "b", "c"]);
    expect(answer.strong).toBe(true);
    expect(answer.links.map(({ from, to, evidence }) => [from, to, evidence.entry])).toEqual([
      ["a", "b", "first"],
      ["b", "c", "second"],
    ]);
    expect(reverse).toBeUndefined();
  });

  it("says that B is never taken under A, and that A is under B", () => {
    const { answer, reverse } = ask(chain, "c", "a");
    expect(answer.kind).toBe("never");
    expect(reverse).toEqual(["a", "b", "c"]);
    expect(whyText(ask(chain, "c", "a"), PLAIN)).toBe(
      "a is never taken under c (bare)\n  the other way round: a -> b -> c\n",
    );
  });

  it("says so where nothing takes one of them at all", () => {
    expect(whyText(ask(chain, "a", "unused"), PLAIN)).toContain("nothing here takes unused at all");
  });

  it("does not say that nothing takes rcu, which the lock graph leaves out: its readers never wait", () => {
    const toy = examined(
      "locks: {s: {kind: spinlock}}\npaths: {p: {steps: [{lock: rcu, steps: [{lock: s}]}]}}",
      "linux-7.1",
    );
    const asked = ask(toy, "rcu", "s");
    expect(asked).toMatchObject({ answer: { kind: "left-out" }, neverTaken: [] });
    expect(whyText(asked, PLAIN)).toMatch(
      /^Whether s is taken under rcu, the lock graph does not tell .*\n {2}rcu is left out .* never wait/,
    );
    expect(ask(toy, "s", "rcu").answer.kind).toBe("left-out");
  });

  it("says that a path over recursive reads cannot deadlock", () => {
    const toy = examined(`
locks: {a: {kind: rwlock}, b: {kind: rwlock}, c: {kind: rwlock}}
paths:
  one: {context: softirq, steps: [{lock: a, mode: recursive-read, steps: [{lock: b, mode: recursive-read, steps: []}]}]}
  two: {context: softirq, steps: [{lock: b, mode: recursive-read, steps: [{lock: c, mode: recursive-read, steps: []}]}]}`);
    const { answer } = ask(toy, "a", "c");
    expect(answer).toMatchObject({ kind: "path", strong: false, path: ["a", "b", "c"] });
  });

  it("tells of both ways round of a cycle, and of a lock under itself", () => {
    expect(ask(chain, "x", "y")).toMatchObject({ answer: { kind: "direct" }, reverse: ["y", "x"] });
    const toy = examined("locks: {l: {kind: mutex}}\npaths: {p: [l, l]}");
    expect(ask(toy, "l", "l").answer).toMatchObject({ kind: "direct", ways: [{ alsoFrom: [] }] });
  });

  it("finds what leads up to a signal under the wait for it", () => {
    const toy = examined(
      `
locks: {work.lock: {kind: mutex}}
fences: {f: {}}
paths:
  waits: {steps: [{call: dma_fence_wait}]}
  works: {steps: [{lock: work.lock, steps: []}, {call: dma_fence_signal, keeps: self}]}`,
      "linux-6.12",
    );
    expect(ask(toy, "signal(toy/f)", "work.lock").answer).toMatchObject({ kind: "direct" });
  });
});

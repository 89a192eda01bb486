import { describe, expect, it } from "vitest";
import type { Examination } from "../../src/analysis/examine.js";
import { impliedOrder, mayNest } from "../../src/order/order.js";
import { orderText, questionText } from "../../src/order/text.js";
import { namedClass } from "../../src/query/names.js";
import { PLAIN } from "../../src/report/style.js";
import { CHAIN, examined } from "../query/examined.js";

const chain = examined(CHAIN);
const question = (examination: Examination, outer: string, inner: string) =>
  mayNest(examination, namedClass(examination, outer, "order"), namedClass(examination, inner, "order"));
const rules = (examination: Examination, outer: string, inner: string) =>
  question(examination, outer, inner).question.obstacles.map(({ rule }) => rule);

describe("the order that manifests imply", () => {
  it("is the longest chains, outermost first, each cycle as one group", () => {
    const { chains, groups, alone } = impliedOrder(chain);
    expect(chains).toEqual([["a", "b", "c", "cycle 1"]]);
    expect(groups).toEqual([{ name: "cycle 1", locks: ["x", "y"] }]);
    expect(alone).toEqual(["lonely"]);
  });

  it("names every lock once: a further chain for what the longest leaves out", () => {
    const toy = examined(`
locks: {a: {kind: mutex}, b: {kind: mutex}, c: {kind: mutex}, d: {kind: mutex}}
paths: {one: [a, b, c], two: [a, d]}`);
    expect(impliedOrder(toy).chains).toEqual([
      ["a", "b", "c"],
      ["a", "d"],
    ]);
  });

  it("may be longer than the stack is deep", () => {
    const names = Array.from({ length: 7000 }, (_, i) => `l${String(i).padStart(4, "0")}`);
    const locks = names.map((name) => `  ${name}: {kind: mutex}`).join("\n");
    const paths = names.slice(1).map((name, i) => `  p${i}: [${names[i]}, ${name}]`);
    const long = examined(`\nlocks:\n${locks}\npaths:\n${paths.join("\n")}\n`);
    expect(impliedOrder(long).chains).toEqual([names]);
  });

  it("shows of later chains only what is new", () => {
    const toy = examined(`
locks: {a: {kind: mutex}, b: {kind: mutex}, c: {kind: mutex}, d: {kind: mutex}, e: {kind: mutex}}
paths: {one: [a, b, c, d], two: [b, e, d]}`);
    expect(orderText(impliedOrder(toy), PLAIN)).toContain("2. ... > b > e > d\n");
  });
});

describe("whether B may be taken under A", () => {
  it("it may where no path leads from B to A", () => {
    expect(question(chain, "a", "lonely").question).toMatchObject({ allowed: true, taken: false });
    expect(question(chain, "a", "b").question).toMatchObject({ allowed: true, taken: true });
  });

  it("it may not where A is taken under B, by whatever way", () => {
    const { question: answer } = question(chain, "c", "a");
    expect(answer.allowed).toBe(false);
    expect(answer.obstacles).toMatchObject([{ rule: "lock-order", path: ["a", "b", "c"] }]);
    expect(questionText(question(chain, "c", "a"), PLAIN)).toContain("a -> b -> c");
  });

  it("it may not under itself, nor against the documented order", () => {
    expect(rules(chain, "a", "a")).toEqual(["self-deadlock"]);
    const framework = examined("paths: {p: [mmap_lock, dma_fence_map]}", "linux-6.12");
    expect(rules(framework, "dma_fence_map", "mmap_lock")).toContain("declared-order");
  });

  it("it may in the documented order, whatever finding contradicts that; the finding is named with the way", () => {
    const toy = examined(
      `
locks: {work.lock: {kind: mutex}}
fences: {f: {}}
paths:
  waits: {steps: [{lock: reservation_ww_class_mutex, steps: [{call: dma_fence_wait}]}]}
  works: {steps: [{lock: mmap_lock, steps: []}, {call: dma_fence_signal, keeps: self}]}`,
      "linux-6.12",
    );
    const answer = question(toy, "mmap_lock", "reservation_ww_class_mutex");
    const { findings } = toy.checked;
    const declared = findings.find(
      ({ rule, locks }) => rule === "declared-order" && locks[0] === "reservation_ww_class_mutex",
    );
    expect(answer.question).toMatchObject({
      allowed: true,
      obstacles: [],
      contradictions: [
        {
          rule: "fence-wait",
          path: ["reservation_ww_class_mutex", "signal(toy/f)", "mmap_lock"],
          finding: declared?.id,
        },
      ],
    });
    const text = questionText(answer, PLAIN);
    expect(text).toMatch(/^allowed: .*the documented order is mmap_lock > reservation_ww_class_mutex > /);
    expect(text).toContain("never taken directly under reservation_ww_class_mutex");
    expect(question(toy, "reservation_ww_class_mutex", "mmap_lock").question).toMatchObject({
      allowed: false,
      contradictions: [],
    });
  });

  it("says truthfully where the reverse is only by way of other locks", () => {
    const why = (outer: string, inner: string) => question(chain, outer, inner).question.obstacles[0]?.why;
    expect(why("b", "a")).toMatch(/^b is taken under a already/);
    expect(why("c", "a")).toMatch(/^c is never taken directly under a, but by way of b:/);
  });

  it("it may not where B sleeps and A spins", () => {
    const toy = examined("locks: {s: {kind: spinlock}, m: {kind: mutex}}\npaths: {p: [s], q: [m]}");
    expect(rules(toy, "s", "m")).toEqual(["wait-context"]);
    expect(rules(toy, "m", "s")).toEqual([]);
  });

  it("it may not where an interrupt takes A, and B is taken with that interrupt enabled", () => {
    const toy = examined(`
locks: {safe: {kind: spinlock}, unsafe: {kind: spinlock}, other: {kind: spinlock}}
paths:
  irq: {context: hardirq, steps: [{lock: safe, steps: []}]}
  process: {steps: [{lock: safe, irq: save, steps: []}, {lock: unsafe, steps: []}]}
  careful: {steps: [{lock: other, irq: save, steps: []}]}`);
    expect(rules(toy, "safe", "unsafe")).toEqual(["irq-inversion"]);
    expect(rules(toy, "safe", "other")).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { FRAMEWORK, findings } from "./language.js";

/** The ids and messages of what is told of a rule, under the small framework. */
const told = (rule: string, locks: readonly string[], paths: readonly string[], more = "") =>
  findings(
    `manifest: 1\ndriver: d\nlocks: {${locks.map((lock) => `${lock}: {kind: spinlock}`).join(", ")}}\n${more}\npaths:\n${paths.map((path) => `  ${path}\n`).join("")}`,
    FRAMEWORK,
  )
    .filter((found) => found.rule === rule)
    .map(({ id, message }) => [id, message]);

describe("which finding is told does not depend on the order of the input", () => {
  it("where two classes of an interrupt lead to each other, and both to an unsafe one", () => {
    const locks = ["a", "b", "u"];
    const paths = [
      "h1: {context: hardirq, steps: [{lock: a, steps: [{lock: u, try: true, steps: []}]}]}",
      "h2: {context: hardirq, steps: [{lock: b, steps: []}]}",
      "p1: {steps: [{lock: a, irq: save, steps: [{lock: b, steps: [{lock: u, steps: []}]}]}]}",
      "p2: {steps: [{lock: b, irq: save, steps: [{lock: a, steps: [{lock: u, steps: []}]}]}]}",
      "q: {steps: [{lock: u, steps: []}]}",
    ];
    const inversions = told("irq-inversion", locks, paths);
    expect(inversions).toHaveLength(1);
    expect(told("irq-inversion", locks, paths.toReversed())).toEqual(inversions);
    expect(told("irq-inversion", locks.toReversed(), paths.toReversed())).toEqual(inversions);
  });

  it("where several paths signal several fences under one lock", () => {
    const signal = (path: string, fence: string) =>
      `${path}: {fence: ${fence}, steps: [{lock: a, irq: save, steps: [{call: dma_fence_signal}]}]}`;
    const paths = [signal("p", "f"), signal("o", "f"), signal("n", "g"), signal("q", "g")];
    const fences = (...names: string[]) => `fences: {${names.map((name) => `${name}: {}`).join(", ")}}`;
    const notes = told("callback-under-lock", ["a"], paths, fences("f", "g"));
    expect(notes.length).toBeGreaterThan(0);
    expect(told("callback-under-lock", ["a"], paths.toReversed(), fences("f", "g"))).toEqual(notes);
    expect(told("callback-under-lock", ["a"], paths.toReversed(), fences("g", "f"))).toEqual(notes);
  });
});

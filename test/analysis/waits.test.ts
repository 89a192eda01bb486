import { describe, expect, it } from "vitest";
import { driver, FRAMEWORK, findings } from "./language.js";

/** The findings of a driver with these paths and functions, each as its severity, rule and locks. */
const told = (paths: string, functions = "") =>
  findings(driver(`${functions && `functions:\n${functions}`}paths:\n${paths}`))
    .map(({ severity, rule, locks }) => [severity, rule, ...[...locks].sort()].join(" "))
    .sort();

const WAITER = "  waiter: {steps: [{lock: m, steps: [{wait: done}]}]}\n";

describe("the other signaller", () => {
  const functions = (last: string) =>
    "  x: {steps: [{either: [[{call: y}], [{call: last}, {complete: done}]]}]}\n" +
    "  y: {steps: [{call: x}]}\n" +
    `  last: {steps: [{lock: ${last}, steps: []}]}\n`;

  it.each([
    ["x", "y"],
    ["y", "x"],
  ])("needs what it takes at the end of a recursion, whichever of %s() and %s() comes first", (...calls) => {
    const paths = calls.map((call) => `  calls_${call}: {steps: [{call: ${call}}]}\n`).join("");
    expect(told(WAITER + paths, functions("m"))).toEqual(["error fence-wait done m"]);
    expect(told(WAITER + paths, functions("n"))).toEqual([]);
  });
});

describe("a wait that somebody ends all the same", () => {
  const LONGER = "error fence-wait done m queue(d:q)";
  const queued =
    "  p2: {queue: q, steps: [{lock: n, steps: []}, {complete: done}]}\n" +
    "  p3: {queue: q, steps: [{lock: m, steps: []}]}\n";

  it("does not stand for a longer one in which nobody does", () => {
    const direct = "  p1: {steps: [{lock: m, steps: []}, {complete: done}]}\n";
    expect(told(WAITER + direct + queued)).toEqual([LONGER, "note fence-wait done m"]);
    expect(told(WAITER + queued)).toEqual([LONGER]);
  });

  it("stands for a longer one that somebody ends, too", () => {
    const direct = "  p1: {steps: [{lock: m, steps: []}, {complete: done}]}\n";
    const other = "  irq: {context: hardirq, steps: [{complete: done}]}\n";
    expect(told(WAITER + direct + queued + other)).toEqual(["note fence-wait done m"]);
  });
});

describe("on: signaled, in the code of a callback", () => {
  const told = (body: string) =>
    findings(
      driver(`fences: {f: {lock: b}, g: {lock: c}}
functions: {helper: {steps: [{lock: a, irq: save, steps: []}, {call: dma_fence_signal, on: signaled}]}}
${body}
  waiter: {fence: g, steps: [{lock: a, steps: [{wait: fence}]}]}`),
      FRAMEWORK,
    )
      .filter(({ rule }) => rule === "fence-wait")
      .map(({ severity, locks }) => [severity, ...locks].join(" "));
  const signals = (fence: string) =>
    `  signals_${fence}: {fence: ${fence}, steps: [{call: dma_fence_signal}]}\n`;

  it.each([
    ["[f]", []],
    ["[g]", ["error a signal(d/g)"]],
    ["[f, g]", ["error a signal(d/g)"]],
    ["any", ["error a signal(d/g)"]],
  ])("can be a fence that it is attached to: %s", (target, errors) => {
    const callback = `callbacks: {cb: {fence: f, attached_to: ${target}, steps: [{call: helper}]}}\n`;
    expect(told(`${callback}paths:\n${signals("f")}${signals("g")}`)).toEqual(errors);
    // Where f alone signals, it is f.
    expect(told(`${callback}paths:\n${signals("f")}`)).toEqual([]);
  });

  it("is none where none has signalled", () => {
    expect(told("paths:\n  p: {fence: f, steps: [{call: helper}]}")).toEqual([]);
  });

  it("is no path that signals it all the same, then", () => {
    const locked =
      "  locked: {fence: g, steps: [{lock: a, irq: save, steps: []}, {call: dma_fence_signal}]}\n";
    const other =
      "  other: {fence: f, steps: [{lock: b, irq: save, steps: []}, {call: dma_fence_signal, on: signaled}]}";
    expect(told(`paths:\n${locked}${other}`)).toEqual(["error a signal(d/g)"]);
  });
});

import { describe, expect, it } from "vitest";
import { driver, findings } from "./language.js";

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

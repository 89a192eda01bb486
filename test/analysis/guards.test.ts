import { describe, expect, it } from "vitest";
import { findings } from "./language.js";

const told = (scope: string, paths: string, more = "") =>
  findings(`manifest: 1
driver: d
locks:
  gate: {kind: rwlock, scope: ${scope}}
  lock: {kind: spinlock, scope: context}
  a: {kind: spinlock, scope: context}
  b: {kind: spinlock, scope: context}
  c: {kind: spinlock, scope: context}
  e: {kind: spinlock, scope: context}
fences: {f: {lock: lock, links: {peer: {to: f}}}}
${more}
paths:
${paths}`)
    .filter(({ rule }) => rule === "lock-order")
    .map(({ certainty, gate, locks }) => [certainty, gate, locks.join(" ")].join(" "));

/** Steps that take locks, each within the one before: `a`, or `a on peer`, or `call f on peer` at the end. */
const nested = (...takes: string[]): string =>
  takes.reduceRight((inner, take) => {
    const [what, on] = take.split(" on ");
    const of = on === undefined ? "" : `, on: ${on}`;
    if (what.startsWith("call ")) return `[{call: ${what.slice(5)}${of}}]`;
    const [lock, mode = "write"] = what.split(" ");
    return `[{lock: ${lock}, mode: ${mode}, irq: save${of}, steps: ${inner}}]`;
  }, "[]");
const paths = (...all: string[][]) =>
  all.map((takes, i) => `  p${i}: {steps: ${nested(...takes)}}\n`).join("");

const GUARDED = ["guarded gate a b"];
const STUCK = ["possible  a b"];
const OWN = ["gate", "b", "a"];

describe("a lock that two threads hold", () => {
  it.each([
    ["context", "peer", STUCK],
    ["context", "d/f", STUCK],
    ["device", "peer", STUCK],
    // A driver that calls a fence by its name means one of the same device, if not of the same context.
    ["device", "d/f", GUARDED],
    ["global", "peer", GUARDED],
  ])("of a %s guards nothing where it is that of another fence: %s", (scope, on, expected) => {
    expect(told(scope, paths(OWN, [`gate on ${on}`, "a", "b"]))).toEqual(expected);
    expect(told(scope, paths(OWN, ["gate", "a", "b"]))).toEqual(GUARDED);
  });

  it("guards what belongs to the same other fence", () => {
    expect(told("context", paths(OWN, ["gate on peer", "a on peer", "b on peer"]))).toEqual(GUARDED);
    expect(told("context", paths(OWN, ["gate on peer", "a on peer", "b"]))).toEqual(GUARDED);
    expect(told("context", paths(OWN, ["gate on peer", "a", "b on peer"]))).toEqual(GUARDED);
    expect(told("context", paths(["gate", "b on peer", "a"], ["gate", "a on peer", "b"]))).toEqual(STUCK);
  });

  it("guards longer cycles, too, where all is about one fence", () => {
    const around = (last: string[]) =>
      told("context", paths(["gate", "a", "b"], ["gate", "b", "c"], ["gate", "c", "e"], last));
    expect(around(["gate", "e", "a"])).toEqual(["guarded gate a b c e"]);
    expect(around(["gate on peer", "e", "a"])).toEqual(["guarded gate a b c e"]);
    const apart = paths(["gate", "a", "b"], ["b", "c on peer"], ["gate", "c", "e"], ["e", "a on peer"]);
    expect(told("context", apart)).toEqual(["possible  a b c e"]);
  });
});

describe("a lock that every caller holds", () => {
  const called = (scope: string, ...callers: string[][]) =>
    told(scope, paths(...callers), `functions: {f: {steps: ${nested("a", "b")}}}`);

  it("is that of the fence that the call is about", () => {
    expect(called("context", OWN, ["gate", "call f"])).toEqual(GUARDED);
    expect(called("context", OWN, ["gate on peer", "call f"])).toEqual(STUCK);
    expect(called("context", OWN, ["gate", "call f on peer"])).toEqual(STUCK);
    expect(called("context", OWN, ["gate on peer", "call f on peer"])).toEqual(GUARDED);
    expect(called("context", OWN, ["gate", "call f"], ["gate on peer", "call f"])).toEqual(STUCK);
    expect(called("global", OWN, ["gate", "call f"], ["gate on peer", "call f"])).toEqual(GUARDED);
  });

  it("may be held by readers, if the other thread holds it exclusively", () => {
    expect(called("context", OWN, ["gate read", "call f"])).toEqual(GUARDED);
    expect(called("context", OWN, ["gate read", "call f"], ["gate", "call f"])).toEqual(GUARDED);
    expect(called("context", ["gate read", "b", "a"], ["gate read", "call f"])).toEqual(STUCK);
    expect(called("context", ["gate read", "b", "a"], ["gate", "call f"])).toEqual(GUARDED);
    expect(called("context", OWN, ["gate read", "call f"], ["call f"])).toEqual(STUCK);
  });
});

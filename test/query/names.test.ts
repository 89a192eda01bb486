import { describe, expect, it } from "vitest";
import { namedClass, subclassesOf } from "../../src/query/names.js";
import { CHAIN, examined } from "./examined.js";

const chain = examined(CHAIN);

describe("a lock's name on the command line", () => {
  it("is a class, or driver/fence for the lock of that fence", () => {
    const toy = examined(
      "locks: {ctx.lock: {kind: spinlock}}\nfences: {f: {lock: ctx.lock}}\npaths: {p: [ctx.lock]}",
    );
    expect(namedClass(toy, "ctx.lock", "why").name).toBe("ctx.lock");
    expect(namedClass(toy, "toy/f", "why").name).toBe("ctx.lock");
  });

  it("is known, but has no place in the graph, where nothing takes it", () => {
    expect(namedClass(chain, "unused", "why").index).toBeUndefined();
  });

  it("is a subclass with its number", () => {
    const toy = examined(
      "locks: {l: {kind: mutex}}\npaths: {p: {steps: [{lock: l, subclass: 1, steps: []}]}}",
    );
    expect(namedClass(toy, "l/1", "why").index).toBeDefined();
    expect(namedClass(toy, "l", "why").index).toBeUndefined();
    expect(subclassesOf(toy, "l")).toEqual(["l/1"]);
  });

  it("is refused where it is unknown, with the one that was meant", () => {
    expect(() => namedClass(chain, "lonley", "why")).toThrow(
      /^why: error: unknown lock "lonley".*\(did you mean lonely\?\)$/,
    );
  });
});

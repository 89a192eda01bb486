import { describe, expect, it } from "vitest";
import { dot } from "../../src/graph/dot.js";
import { drawAll } from "../../src/graph/draw.js";
import { mermaid } from "../../src/graph/mermaid.js";
import { select } from "../../src/graph/select.js";
import { CHAIN, examined } from "../query/examined.js";

const chain = drawAll(examined(CHAIN));
const names = (locks: readonly { readonly name: string }[]) => locks.map(({ name }) => name);

describe("the drawn lock graph", () => {
  it("has classes as nodes and dependencies with their kinds, cycles and findings marked", () => {
    expect(names(chain.locks)).toEqual(["a", "b", "c", "lonely", "x", "y"]);
    expect(chain.dependencies.find(({ from, to }) => from === "a" && to === "b")).toEqual({
      from: "a",
      to: "b",
      kinds: ["EN"],
      cyclic: false,
      finding: undefined,
    });
    const cyclic = chain.dependencies.filter((dependency) => dependency.cyclic);
    expect(cyclic.map(({ from, to, finding }) => [from, to, finding])).toEqual([
      ["x", "y", "error"],
      ["y", "x", "error"],
    ]);
  });

  it("says whose fence lock a class is, and shows a lock under itself as a loop", () => {
    const toy = drawAll(
      examined(
        "locks: {l: {kind: spinlock}}\nfences: {f: {lock: l}}\npaths: {p: {steps: [{lock: l, irq: save, steps: [{call: dma_fence_signal}]}]}}",
        "linux-6.12",
      ),
    );
    expect(toy.locks.find(({ name }) => name === "l")).toMatchObject({ fences: ["toy/f"], finding: "error" });
    expect(toy.dependencies.find(({ from, to }) => from === to)).toMatchObject({
      from: "l",
      finding: "error",
    });
  });
});

describe("what is shown of it", () => {
  const many = Array.from({ length: 50 }, (_, i) => `l${i}`);
  const big = drawAll(
    examined(`
locks: {${many.map((name) => `${name}: {kind: mutex}`).join(", ")}}
paths:
  up: [${many.join(", ")}]
  down: [l49, l48]`),
  );

  it("is all of a small graph", () => {
    expect(select(chain, {})).toBe(chain);
  });

  it("is what the errors are about of a big one, and says what is left out", () => {
    const { locks, dependencies, leftOut } = select(big, {});
    expect(names(locks)).toEqual(["l48", "l49"]);
    expect(dependencies).toHaveLength(2);
    expect(leftOut).toMatchObject({ locks: 48, dependencies: big.dependencies.length - 2 });
  });

  it("is everything on request", () => {
    expect(select(big, { all: true }).locks).toHaveLength(50);
  });

  it("is what is next to the focus", () => {
    const focused = select(chain, { focus: "b" });
    expect(names(focused.locks)).toEqual(["a", "b", "c"]);
    expect(focused.leftOut).toMatchObject({ locks: 3, because: "they are not next to b" });
  });
});

describe("the formats", () => {
  it("DOT has a statement for each lock and dependency, errors in red, and tells what is left out", () => {
    const text = dot(select(chain, { focus: "x" }));
    expect(text).toMatch(/^digraph "bare" \{\n {2}\/\/ 3 locks and 3 dependencies are left out/);
    expect(text).toContain('"x" -> "y" [color=red3');
    expect(text).toContain('"c" -> "x";');
    expect(text.trimEnd().endsWith("}")).toBe(true);
  });

  it("DOT names the kinds of a dependency that is not just exclusive holder, not recursive reader", () => {
    const toy = examined(`
locks: {a: {kind: rwlock}, b: {kind: spinlock}}
paths: {p: {steps: [{lock: a, mode: read, steps: [{lock: b, steps: []}]}]}}`);
    expect(dot(drawAll(toy))).toContain('"a" -> "b" [label="SN"];');
  });

  it("Mermaid numbers its nodes, quotes their names and marks the links of errors", () => {
    const text = mermaid(chain);
    expect(text).toMatch(/^flowchart TB\n/);
    expect(text).toContain('n0["a<br/>mutex"]\n');
    expect(text).toContain("n0 --> n1\n");
    expect(text).toMatch(/linkStyle 4,5 stroke:#c00/);
  });
});

import { describe, expect, it } from "vitest";
import { analyze, type Diagnostic, InputError, parseManifests, parsePolicy } from "../../src/index.js";
import { driver, errors, FRAMEWORK, findings, manifests, NO_FRAMEWORK } from "./language.js";

const DEADLOCK = { manifest: 1, driver: "d", locks: { a: { kind: "spinlock" } }, paths: { p: ["a", "a"] } };

/** What is wrong with a text, as `line:column message`. */
function refused(text: string): readonly string[] {
  try {
    manifests(text);
  } catch (error) {
    if (error instanceof InputError)
      return error.diagnostics.map(({ line, column, message }: Diagnostic) => `${line}:${column} ${message}`);
    throw error;
  }
  return [];
}

describe("short forms", () => {
  const reversed = "reversed: {steps: [{lock: b, steps: [{lock: a, steps: []}]}]}";

  it.each([
    ["a path", `paths: {p: [a, b], ${reversed}}`],
    ["a function", `functions: {f: [a, b]}\npaths: {p: {steps: [{call: f}]}, ${reversed}}`],
    ["an op", `fences: {f: {lock: c, ops: {set_deadline: [a, b]}}}\npaths: {${reversed}}`],
  ])("of %s: these locks in this order, nested", (_, body) => {
    expect(errors(driver(body), FRAMEWORK)).toContain("lock-order a b");
  });

  it("leave nothing held", () => {
    expect(errors(driver("functions: {f: [a]}\npaths: {p: {steps: [{call: f}, {call: f}]}}"))).toEqual([]);
  });
});

describe("documents", () => {
  it("several of a file are several manifests, which know each other's fences", () => {
    const two = `${driver("callbacks: {cb: {attached_to: [e/f], steps: [{lock: m, steps: []}]}}")}
---
manifest: 1
driver: e
locks: {x: {kind: spinlock}}
fences: {f: {lock: x}}
paths: {p: {steps: [{call: dma_fence_signal}]}}
`;
    expect(manifests(two).map((manifest) => manifest.driver)).toEqual(["d", "e"]);
    expect(errors(two, FRAMEWORK)).toEqual(["wait-context m x"]);
  });

  it("may be JSON", () => {
    expect(errors(JSON.stringify(DEADLOCK))).toEqual(["self-deadlock a"]);
    expect(errors(JSON.stringify(DEADLOCK, null, 2))).toEqual(["self-deadlock a"]);
    const policy = JSON.stringify({
      policy: 1,
      name: "p",
      functions: { f: { contexts: ["hardirq"], steps: [{ op: "wait" }] } },
    });
    expect(errors(driver("fences: {f: {ops: {wait: {steps: [{sleep: why}]}}}}"), policy)).toEqual([
      "wait-context",
    ]);
  });

  it("may be none", () => {
    expect(manifests("")).toEqual([]);
    expect(errors("")).toEqual([]);
  });

  it("of one driver are one", () => {
    expect(() => errors(`${driver("")}\n---\n${driver("")}`)).toThrow(InputError);
  });

  it("that declare the same lock mean the same class, and must agree on it", () => {
    const other = (kind: string) =>
      `\n---\nmanifest: 1\ndriver: e\nlocks: {a: {kind: ${kind}}}\npaths: {p: {context: hardirq, steps: [{lock: a, steps: []}]}}`;
    expect(errors(driver("paths: {p: [a]}") + other("spinlock"))).toEqual(["irq-inconsistent a"]);
    expect(() => errors(driver("paths: {p: [a]}") + other("mutex"))).toThrow(InputError);
  });
});

describe("positions", () => {
  it("at is path:line, or a line of the nearest enclosing file", () => {
    const text = `manifest: 1
driver: d
file: drivers/d/d.c
locks: {a: {kind: spinlock}}
functions:
  f:
    file: drivers/d/f.c
    steps: [{lock: a, at: 5}]
paths:
  p:
    steps:
      - lock: a
        at: 3
        steps:
          - {call: f, at: "include/d.h:4"}
`;
    const [
      {
        dependencies: [{ evidence }],
      },
    ] = findings(text);
    expect(evidence.chain.map(({ at }) => at)).toEqual([
      "drivers/d/d.c:3",
      "include/d.h:4",
      "drivers/d/f.c:5",
    ]);
    expect(evidence.chain.map(({ manifest: { file, line } }) => `${file}:${line}`)).toEqual([
      "language.yaml:12",
      "language.yaml:15",
      "language.yaml:8",
    ]);
  });

  it("function gives the C function's name where the key is not it", () => {
    const [
      {
        dependencies: [{ evidence }],
      },
    ] = findings(driver("paths: {p: {function: d_ioctl, steps: [{lock: a}, {lock: a}]}}"));
    expect(evidence.entry).toBe("d_ioctl");
  });

  it("lockdep's own name for a class goes into the report", () => {
    const text = 'manifest: 1\ndriver: d\nlocks: {ctx.lock: {kind: spinlock, lockdep: "&ctx->lock"}}\n';
    const policy = parsePolicy(NO_FRAMEWORK, "p.yaml");
    expect(analyze({ manifests: parseManifests(text, "d.yaml"), policy }).lockdepNames).toEqual({
      "ctx.lock": "&ctx->lock",
    });
  });

  it("notes have no effect", () => {
    const noted = "note: of no effect\n";
    const plain = findings(driver("paths: {p: {steps: [{lock: a}, {lock: a}]}}"));
    const withNotes = findings(
      driver(`${noted}paths: {p: {note: here too, steps: [{lock: a, note: and here}, {lock: a}]}}`),
    );
    expect(withNotes.map(({ id }) => id)).toEqual(plain.map(({ id }) => id));
  });
});

describe("what is not in the language", () => {
  it.each([
    ["an unknown key", "manifest: 1\ndriver: d\nlokcs: {}\n", /^3:1 unknown key "lokcs"/],
    ["an unknown step", "manifest: 1\ndriver: d\npaths:\n  p:\n    steps:\n      - {lokc: a}\n", /^6:\d+ /],
    ["an unknown kind of lock", "manifest: 1\ndriver: d\nlocks: {a: {kind: spin}}\n", /^3:\d+ /],
    ["an unknown op", "manifest: 1\ndriver: d\nfences: {f: {ops: {set_dedline: []}}}\n", /^3:\d+ /],
    ["a step of the policy's", "manifest: 1\ndriver: d\npaths: {p: {steps: [{op: wait}]}}\n", /^3:\d+ /],
    ["no driver", "manifest: 1\n", /driver/],
    ["another version", "manifest: 2\ndriver: d\n", /^1:\d+ /],
  ])("%s is refused, with its position", (_, text, message) => {
    expect(refused(text)).toEqual([expect.stringMatching(message)]);
  });

  it("is told all at once", () => {
    expect(refused("manifest: 1\ndriver: d\nlokcs: {}\npaths: {p: {context: nmi}}\n")).toHaveLength(2);
  });
});

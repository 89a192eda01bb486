import { describe, expect, it } from "vitest";
import { InputError, parseManifests, parsePolicy } from "../../src/index.js";
import { codeFrame } from "../../src/source/frame.js";
import { formatDiagnostic } from "../../src/source/input-error.js";

/** What is said of this text, a line each without its place. */
function said(text: string, parse: (text: string, name: string) => unknown = parseManifests): string[] {
  try {
    parse(text, "a.yaml");
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.diagnostics.map((one) => formatDiagnostic(one).replace(/^.*? error: /, ""));
  }
  return [];
}

const path = (step: string) =>
  `manifest: 1\ndriver: a\nlocks: {a: {kind: spinlock}}\npaths: {p: {steps: [${step}]}}\n`;

describe("what is wrong with a document", () => {
  it("names the key that is missing, whatever its values are", () => {
    expect(said("driver: a\n")).toEqual(['missing key "manifest": expected 1']);
    expect(said("manifest: 1\ndriver: a\nlocks: {l: {scope: device}}\n")).toEqual([
      expect.stringMatching(/^missing key "kind": expected one of raw_spinlock, spinlock, /),
    ]);
  });

  it("suggests a word for a word, not a number for a number", () => {
    expect(said("manifest: 2\ndriver: a\n")).toEqual(["expected 1, found 2"]);
    expect(said("manifest: 1\ndriver: a\nlocks: {l: {kind: spinlok}}\n")[0]).toMatch(
      /^"spinlok" is not known: .* \(did you mean spinlock\?\)$/,
    );
  });

  it("suggests the op that was meant, of a fence and of a what-if", () => {
    expect(said("manifest: 1\ndriver: a\nfences: {f: {ops: {signalled: {}}}}\n")).toEqual([
      'unknown key "signalled" (did you mean signaled?)',
    ]);
    expect(said("policy: 1\nname: p\nhold: {set_deadlin: [fence.lock]}\n", parsePolicy)).toEqual([
      'unknown key "set_deadlin" (did you mean set_deadline?)',
    ]);
  });

  it("tells two steps in one, and a key that is none", () => {
    const two = ['"lock" and "unlock" are two steps: a step does one thing'];
    expect(said(path("{lock: a, unlock: a}"))).toEqual(two);
    expect(said(path("{unlock: a, mode: read, lock: a}"))).toEqual(two);
    expect(said(path("{sleep: why, alloc: GFP_KERNEL, lokc: a}"))).toEqual(['unknown key "lokc"']);
    expect(said(path("{lock: a, moed: read}"))).toEqual(['unknown key "moed" (did you mean mode?)']);
  });

  it("says in words what a pattern or a bound asks for", () => {
    expect(said(path("{lock: a, at: there}"))).toEqual([
      expect.stringMatching(/^expected path:line, such as /),
    ]);
    expect(said(path("{lock: a, subclass: 9}"))).toEqual(["expected a number of at most 7"]);
    expect(said(path("{lock: a, at: 0}"))).toEqual(["expected a number of at least 1"]);
    expect(said(path('{lock: ""}'))).toEqual(["expected some text, found none"]);
    expect(said('manifest: 1\ndriver: a\nfences: {"f g": {}}\n')).toEqual([
      'unknown key "f g": expected a name without space, slash or colon',
    ]);
    expect(said("policy: 1\nname: p\norder: [[a]]\n", parsePolicy)).toEqual(["expected at least 2 entries"]);
  });

  it("says once that it is of the other language", () => {
    const policy = "policy: 1\nname: p\nextends: linux-7.1\nfunctions: {f: {contexts: [], steps: []}}\n";
    expect(said(policy)).toEqual(["a manifest is expected, and this is a policy: --policy names it"]);
    expect(said("manifest: 1\ndriver: a\npaths: {}\n", parsePolicy)).toEqual([
      "a policy is expected, and this is a manifest: it is named among the paths",
    ]);
  });

  it("repeats no more of a value than fits", () => {
    const [message] = said(`"${"\\0x".repeat(10_000)}"`);
    expect(message).toMatch(/^expected object, found "/);
    expect(message.length).toBeLessThan(120);
  });
});

describe("a code frame", () => {
  it("of a long line shows the part around the caret", () => {
    const text = `${"a".repeat(5000)}!${"b".repeat(5000)}\nshort`;
    const [line, caret, after] = codeFrame(text, { line: 1, column: 5001 }).split("\n");
    expect(line.length).toBeLessThan(140);
    expect(line[caret.indexOf("^")]).toBe("!");
    expect(after).toContain("2 |");
  });

  it("of a short one shows all of it", () => {
    expect(codeFrame("a: b\nc: d", { line: 2, column: 4 })).toBe("  1 | a: b\n> 2 | c: d\n    |    ^");
  });
});

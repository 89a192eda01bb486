import { describe, expect, it } from "vitest";
import type { LockStep, Step } from "../../src/manifest/model.js";
import { surround, trailTo, unlockOf } from "../../src/mend/steps.js";
import { parsed } from "./tried.js";

/** The steps of one path, and where each `sleep` stands. */
function steps(yaml: string): readonly Step[] {
  const [{ paths }] = parsed(`
manifest: 1
driver: toy
locks: {a: {kind: mutex}, b: {kind: mutex}}
paths: {p: {context: process, steps: ${yaml}}}
`);
  return paths[0].steps;
}

function at(list: readonly Step[], why: string): Step["pos"] {
  const find = (all: readonly Step[]): Step | undefined => {
    for (const step of all) {
      if (step.kind === "sleep" && step.why === why) return step;
      const inner =
        step.kind === "lock" ? (step.steps ?? []) : step.kind === "either" ? step.branches.flat() : [];
      const found = find(inner);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const step = find(list);
  if (step === undefined) throw new Error(`no ${why}`);
  return step.pos;
}

/** Steps in short: `a{...}`, `+a`, `-a`, `x`, `(...|...)`. */
function short(list: readonly Step[] = []): string {
  return list
    .map((step) => {
      if (step.kind === "lock")
        return step.steps === undefined ? `+${step.lock}` : `${step.lock}{${short(step.steps)}}`;
      if (step.kind === "unlock") return `-${step.lock}`;
      if (step.kind === "either") return `(${step.branches.map(short).join("|")})`;
      return step.kind === "sleep" ? step.why : step.kind;
    })
    .join(" ");
}

const B: LockStep = {
  kind: "lock",
  lock: "h",
  mode: "write",
  bh: false,
  try: false,
  subclass: 0,
  pos: { file: "h", line: 1, column: 1 },
};

function surrounded(yaml: string): string {
  const list = steps(yaml);
  return short(surround(list, at(list, "x"), [unlockOf(B)], [B]));
}

describe("steps around another", () => {
  it("stand right beside it in a plain list", () => {
    expect(surrounded("[{sleep: w}, {sleep: x}, {sleep: y}]")).toBe("w -h x +h y");
  });

  it("give the locks around it an unlock of their own, so that what is taken again outlasts them", () => {
    expect(surrounded("[{lock: a, steps: [{sleep: x}, {sleep: y}]}, {sleep: z}]")).toBe("+a -h x +h y -a z");
  });

  it("repeat what follows a choice in each branch", () => {
    expect(surrounded("[{lock: a, steps: [{either: [[{sleep: x}], [{sleep: y}]]}]}, {sleep: z}]")).toBe(
      "+a (-h x +h -a z|y -a z)",
    );
  });

  it("are not there where it is not", () => {
    const list = steps("[{sleep: x}]");
    expect(surround(list, { file: "", line: 1, column: 1 }, [], [])).toBeUndefined();
    expect(trailTo(list, { file: "", line: 1, column: 1 })).toBeUndefined();
  });
});

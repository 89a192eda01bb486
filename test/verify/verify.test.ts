import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/source/input-error.js";
import { claimsOn, FIXTURES, manifestFile, runVerify } from "./run.js";

const TREE = join(FIXTURES, "tree");
const NEXT = join(FIXTURES, "next");
const TOY = join(FIXTURES, "toy.yaml");

describe("the tree that was audited", () => {
  it("bears out every claim: fields, tables, ops, guards, macros, trace events, comments that say what is needed", async () => {
    const claims = await claimsOn("tree");
    expect(claims).toHaveLength(36);
    expect(claims.filter((claim) => !claim.endsWith(": held"))).toEqual([]);
  });
});

describe("the same driver later", async () => {
  const claims = await claimsOn("next");

  it.each([
    ["a table", "table toy_fence_ops of toy/toy: moved 42"],
    ["an op", "op enable_signaling of toy/toy: moved 19"],
    ["a global lock", "lock class toy_list_lock: moved 6"],
    ["a lock taken by guard()", "lock fence.lock in toy_release(): moved 38"],
    ["a lock taken by a macro", "lock toy_ring.users.lock in toy_fence_emit(): moved 62"],
    [
      "a call, to the like in its own function and not to a nearer one above",
      "call kthread_queue_work() in toy_set_deadline(): moved 33",
    ],
    ["two calls that changed places", "call toy_ring_retire() in toy_irq(): moved 71"],
    ["what a comment says is needed", "needs toy_ring.lock in toy_enable_signaling(): moved 18"],
    ["a line that names nothing, with its function", "freeing of toy_fence of toy/toy: moved 39"],
  ])("finds %s where it has moved", (_, claim) => {
    expect(claims).toContain(claim);
  });

  it.each([
    ["an op that its table sets to another function", "op set_deadline of toy/toy"],
    ["an op set to NULL that the table leaves out", "op wait of toy/toy"],
    ["a lock that its function takes no more", "lock toy_ring.lock in toy_set_deadline()"],
    ["a lock that only a comment takes", "lock toy_list_lock in toy_fence_emit()"],
    ["another lock given to dma_fence_init()", "initialisation of toy/toy"],
    ["a lock that is not declared", "lock class toy_ids"],
    ["a call through a pointer that is left out", "call kick() in toy_irq()"],
  ])("misses %s", (_, claim) => {
    expect(claims).toContain(`${claim}: gone`);
  });

  it("does not take another function's lock for the one that is gone, and still finds a callee's", () => {
    expect(claims).toContain("lock toy_ring.lock in toy_ring_retire(): held");
    expect(claims).toContain("lock toy_ring.lock in toy_irq(): held");
  });
});

describe("tables that no manifest covers", () => {
  it("lists those outside tests, by name and line", async () => {
    const { out, status } = await runVerify([TOY], { source: TREE, format: "json" });
    expect(JSON.parse(out).uncovered).toEqual([{ table: "bare_ops", at: "drivers/gpu/bare/bare.c:2" }]);
    expect(status).toBe(0);
  });

  it("fails for them only where the manifests are meant to be complete", async () => {
    expect((await runVerify([TOY], { source: TREE, complete: true })).status).toBe(1);
  });
});

describe("an op that a table sets and no fence of it has", () => {
  const half = (ops: string) =>
    manifestFile(`manifest: 1
driver: toy
file: drivers/gpu/toy/toy_fence.c
fences:
  toy: {table: toy_fence_ops, at: 41, ops: {${ops}}}
`);
  const first = "get_driver_name: {at: 10, function: toy_get_driver_name}";
  const rest =
    "enable_signaling: {at: 16, function: toy_enable_signaling}, set_deadline: {at: 25, function: toy_set_deadline}, wait: {at: 41, function: 'NULL'}";

  it("is told, and fails: what it locks would pass for clean", async () => {
    const { out, status } = await runVerify([half(`${first}, ${rest}`)], { source: TREE });
    expect(status).toBe(1);
    expect(out).toContain(
      "drivers/gpu/toy/toy_fence.c:45: uncovered: no fence of toy_fence_ops has the op release, which it sets\n",
    );
    expect(out).toMatch(/0 gone; 1 uncovered table; 1 uncovered op\n$/);
  });

  it("may stand in another fence of the table", async () => {
    const other = manifestFile(
      "manifest: 1\ndriver: other\nfile: drivers/gpu/toy/toy_fence.c\nfences: {twin: {table: toy_fence_ops, at: 41, ops: {release: {}}}}\n",
    );
    const { out, status } = await runVerify([half(`${first}, ${rest}`), other], { source: TREE });
    expect(out).not.toContain("uncovered op");
    expect(status).toBe(0);
  });
});

describe("what is printed", () => {
  it("as text: each claim that does not hold, where it is made, and a summary", async () => {
    const { out, status } = await runVerify([TOY], { source: NEXT });
    const lines = out.trimEnd().split("\n");
    expect(lines).toContainEqual(
      expect.stringMatching(
        /toy\.yaml:26:7: gone: op set_deadline of toy\/toy, drivers\/gpu\/toy\/toy_fence\.c:25: toy_fence_ops sets \.set_deadline to toy_set_deadline_unlocked$/,
      ),
    );
    expect(lines.at(-1)).toBe("34 claims: 11 held, 16 moved, 7 gone");
    expect(status).toBe(1);
  });

  it("as JSON: the claims that do not hold, with their manifest's line and the new one", async () => {
    const { out } = await runVerify([TOY], { source: NEXT, format: "json" });
    const report = JSON.parse(out);
    expect(report).toMatchObject({
      schema: "fence-lockcheck/verify/1",
      source: NEXT,
      summary: { claims: 34, held: 11, moved: 16, gone: 7 },
      uncovered: [],
    });
    expect(report.claims).toHaveLength(23);
    expect(report.claims).toContainEqual({
      manifest: { file: expect.stringMatching(/toy\.yaml$/), line: 20, column: 7 },
      what: "op enable_signaling of toy/toy",
      at: "drivers/gpu/toy/toy_fence.c:16",
      status: "moved",
      now: "drivers/gpu/toy/toy_fence.c:19",
    });
  });
});

describe("a run that can't be", () => {
  it.each([
    ["a tree that is not there", { source: join(FIXTURES, "nowhere") }, "no such folder"],
    ["a tree without any of the files", { source: join(FIXTURES, "tree", "drivers") }, "none of the files"],
    ["a format that is not known", { source: TREE, format: "html" }, "unknown format"],
  ])("says so and ends with status 2: %s", async (_, options, message) => {
    const { status, out, err } = await runVerify([TOY], options);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toContain(message);
  });

  it("nothing that names a line of the kernel", async () => {
    const manifest = manifestFile("manifest: 1\ndriver: x\npaths: {p: {steps: []}}\n");
    const { status, err } = await runVerify([manifest], { source: TREE });
    expect(status).toBe(2);
    expect(err).toContain("nothing to verify: no line of the kernel is named");
  });

  it("a line without a file is an error of the manifest, shown in it", async () => {
    const manifest = manifestFile("manifest: 1\ndriver: x\nlocks:\n  x.lock: {kind: mutex, at: 7}\n");
    const error = await runVerify([manifest], { source: TREE }).catch((thrown: unknown) => thrown);
    if (!(error instanceof InputError)) throw error;
    const [{ line, message, frame }] = error.diagnostics;
    expect(line).toBe(4);
    expect(message).toContain("line 7 of which file?");
    expect(frame).toContain("x.lock");
  });

  it("one file that is not there takes only its own claims with it", async () => {
    const manifest = manifestFile(`manifest: 1
driver: x
paths:
  toy_irq: {at: "drivers/gpu/toy/toy_fence.c:68"}
  gone_irq: {at: "drivers/gpu/toy/other.c:1"}
`);
    const { out, status } = await runVerify([manifest], { source: TREE });
    expect(out).toContain("gone: path gone_irq(), drivers/gpu/toy/other.c:1: no such file");
    expect(out).toContain("2 claims: 1 held, 0 moved, 1 gone");
    expect(status).toBe(1);
  });
});

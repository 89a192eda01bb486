import { spawnSync } from "node:child_process";
import { lstatSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder, ROOT, run } from "./run.js";

const GOOD =
  "manifest: 1\ndriver: good\nlocks:\n  good.lock: {kind: spinlock}\npaths:\n  good_irq: {context: hardirq, steps: [{lock: good.lock}]}\n";

/** Runs `analyze` over these files; whatever is wrong, there is a message and never a stack. */
function analyze(files: Record<string, string>, ...more: string[]) {
  const path = folder(files);
  const result = run(["analyze", ".", ...more], { cwd: path });
  expect(result.stderr).not.toMatch(/\n\s+at /);
  return result;
}

describe("a result", () => {
  it("goes to what a link leads to, and into a pipe as it is", () => {
    const cwd = folder({ "good.yaml": GOOD, "real.json": "" });
    symlinkSync("real.json", join(cwd, "link.json"));
    expect(run(["analyze", "good.yaml", "--format", "json=link.json"], { cwd }).status).toBe(0);
    expect(lstatSync(join(cwd, "link.json")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(cwd, "real.json"), "utf8")).toContain("fence-lockcheck/report/1");
    const piped = `mkfifo pipe; cat pipe & "${process.execPath}" "${ROOT}bin/fence-lockcheck.js" analyze good.yaml --format json=pipe; wait`;
    const { stdout } = spawnSync("sh", ["-c", piped], { cwd, encoding: "utf8", timeout: 20_000 });
    expect(stdout).toContain("fence-lockcheck/report/1");
  });
});

describe("bad input ends with status 2 and a message", () => {
  it("no such path", () => {
    const { status, stderr } = run(["analyze", "nowhere/"]);
    expect(status).toBe(2);
    expect(stderr).toContain("nowhere/: error: no such file or folder");
  });

  it("an empty folder, and a folder without manifests", () => {
    expect(analyze({}).status).toBe(2);
    const { status, stderr } = analyze({ "README.md": "nothing here" });
    expect(status).toBe(2);
    expect(stderr).toContain("no manifest here");
  });

  it("manifests in which nothing can run, and an audit of no op", () => {
    const empty = analyze({ "a.yaml": "manifest: 1\ndriver: a\nlocks: {a.lock: {kind: spinlock}}\n" });
    expect(empty.status).toBe(2);
    expect(empty.stderr).toContain("nothing to analyse: no fence, path or callback is declared here");
    const audited = run(["audit", ".", "--hold", "fence.lock"], { cwd: folder({ "good.yaml": GOOD }) });
    expect([audited.status, audited.stdout]).toEqual([2, ""]);
    expect(audited.stderr).toContain("nothing to audit: no fence here sets an op");
  });

  it("links that lead nowhere or in a circle, but no folder twice", () => {
    const cwd = folder({ "good.yaml": GOOD });
    symlinkSync(".", join(cwd, "again"));
    expect(run(["analyze", "."], { cwd }).stdout).toMatch(/\(1 driver, /);
    symlinkSync("nowhere", join(cwd, "dangling.yaml"));
    const { status, stderr } = run(["analyze", "."], { cwd });
    expect(status).toBe(2);
    expect(stderr).toContain("dangling.yaml: error: cannot be read: it is a link that leads nowhere");
    symlinkSync("b", join(cwd, "a"));
    symlinkSync("a", join(cwd, "b"));
    expect(run(["analyze", "."], { cwd }).stderr).toContain("a: error: cannot be read: ELOOP");
  });

  it("another encoding, which could make two names one", () => {
    const cwd = folder({});
    writeFileSync(join(cwd, "a.yaml"), Buffer.from(GOOD.replaceAll("good", "g\xfct"), "latin1"));
    expect(run(["analyze", "."], { cwd }).stderr).toContain("a.yaml: error: it is not UTF-8");
  });

  it("results that would go to one place, or over what was analysed", () => {
    const two = analyze({ "good.yaml": GOOD }, "--format", "json", "--format", "text");
    expect([two.status, two.stdout]).toEqual([2, ""]);
    expect(two.stderr).toContain("--format text: error: standard output is taken by another format");
    const over = analyze({ "good.yaml": GOOD }, "--format", "json=good.yaml");
    expect(over.status).toBe(2);
    expect(over.stderr).toContain("would be overwritten: name another file");
    expect(analyze({ "good.yaml": GOOD }, "--format", "json=").stderr).toContain("Expected json=FILE");
  });

  it("a file that cannot be written, without a word about the input", () => {
    const { status, stderr } = analyze({ "good.yaml": GOOD }, "--format", "json=nowhere/x.json");
    expect(status).toBe(2);
    expect(stderr).toBe("nowhere/x.json: error: cannot write it: ENOENT: no such file or directory\n");
  });

  it("a file without a document", () => {
    const { status, stderr } = analyze({ "empty.yaml": "# nothing yet\n" });
    expect(status).toBe(2);
    expect(stderr).toContain("empty.yaml: error: no manifest in this file");
  });

  it("broken YAML, with its place and a code frame", () => {
    const { status, stderr } = analyze({ "a.yaml": "manifest: 1\ndriver: [a\n" });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^a\.yaml:\d+:\d+: error: /);
    expect(stderr).toContain("| driver: [a");
  });

  it("duplicate keys", () => {
    const { status, stderr } = analyze({ "a.yaml": "manifest: 1\ndriver: a\ndriver: b\n" });
    expect(status).toBe(2);
    expect(stderr).toMatch(/a\.yaml:3:1: error: .*unique/);
  });

  it("unknown keys and words, all at once, with what was meant", () => {
    const { status, stderr } = analyze({
      "a.yaml": "manifest: 1\ndriver: a\nlokcs: {}\npaths:\n  p: {context: hardirk, steps: [{lokc: x}]}\n",
    });
    expect(status).toBe(2);
    expect(stderr).toContain('a.yaml:3:1: error: unknown key "lokcs" (did you mean locks?)');
    expect(stderr).toContain("(did you mean hardirq?)");
    expect(stderr).toContain("(did you mean lock?)");
    expect(stderr).toContain("3 errors in the input");
  });

  it("many errors on one long line: some of them, and how many more there are", () => {
    const steps = Array.from({ length: 400 }, () => ({ lokc: "x" }));
    const { status, stderr } = analyze({
      "a.json": JSON.stringify({ manifest: 1, driver: "a", paths: { p: { steps } } }),
    });
    expect(status).toBe(2);
    expect(stderr.match(/: error: /g)).toHaveLength(50);
    expect(stderr).toMatch(/\n\.\.\. and 350 more\nfence-lockcheck: 400 errors in the input/);
    expect(stderr.length).toBeLessThan(30_000);
  });

  it("the id of no finding, in the name of who was asked", () => {
    for (const command of ["mend", "explain"]) {
      const { status, stderr } = run([command, "lock-order-0000", "manifests/vgem.yaml", "--no-config"]);
      expect(status).toBe(2);
      expect(stderr).toContain(`${command}: error: no finding "lock-order-0000"`);
    }
  });

  it("unknown locks, functions, paths, fences and links", () => {
    const { status, stderr } = analyze({
      "a.yaml": `manifest: 1
driver: a
locks: {a.lock: {kind: spinlock}}
fences:
  f: {lock: a.lok, links: {parent: {to: [a/g]}}}
paths:
  work: {steps: [{lock: a.lock, steps: [{call: dma_fence_sgnal}, {defer: wrok}, {call: dma_fence_put, on: parnet}]}]}
`,
    });
    expect(status).toBe(2);
    expect(stderr).toContain('unknown lock "a.lok" (did you mean a.lock?)');
    expect(stderr).toContain('unknown fence "a/g"');
    expect(stderr).toContain('unknown function "dma_fence_sgnal" (did you mean dma_fence_signal?)');
    expect(stderr).toContain('unknown path "wrok" (did you mean work?)');
    expect(stderr).toContain('unknown fence or link "parnet" (did you mean parent?)');
  });

  it("two manifests of one driver", () => {
    const { status, stderr } = analyze({ "a.yaml": GOOD, "b.yaml": GOOD });
    expect(status).toBe(2);
    expect(stderr).toContain('b.yaml:2:9: error: driver "good" has a manifest already, at a.yaml:2');
  });

  it("a fence lock that is not declared", () => {
    const { status, stderr } = analyze({
      "a.yaml": "manifest: 1\ndriver: a\nfences:\n  f: {lock: a.lock}\n",
    });
    expect(status).toBe(2);
    expect(stderr).toContain('a.yaml:4:3: error: unknown lock "a.lock"');
  });

  it("a policy that extends itself, directly or through another", () => {
    const self = { "a.yaml": GOOD, "p/self.yaml": "policy: 1\nname: self\nextends: self.yaml\n" };
    const path = folder(self);
    const direct = run(["analyze", "a.yaml", "--policy", "p/self.yaml"], { cwd: path });
    expect(direct.status).toBe(2);
    expect(direct.stderr).toContain("a policy may not extend itself: self extends self");
    const two = folder({
      "a.yaml": GOOD,
      "p/one.yaml": "policy: 1\nname: one\nextends: two.yaml\n",
      "p/two.yaml": "policy: 1\nname: two\nextends: one.yaml\n",
    });
    const loop = run(["analyze", "a.yaml", "--policy", join("p", "one.yaml")], { cwd: two });
    expect(loop.status).toBe(2);
    expect(loop.stderr).toContain("one extends two extends one");
  });

  it("an unknown policy, op, format and option", () => {
    expect(run(["analyze", "manifests/", "--policy", "linux-6.21"]).stderr).toContain(
      "did you mean linux-6.12?",
    );
    expect(run(["analyze", "manifests/", "--hold", "set_deadlin=fence.lock"]).stderr).toContain(
      "did you mean set_deadline?",
    );
    expect(run(["analyze", "manifests/", "--hold", "set_deadline"]).stderr).toContain("expected OP=LOCK");
    expect(run(["analyze", "manifests/", "--format", "sarf"]).status).toBe(2);
    expect(run(["analyze", "manifests/", "--polcy", "x"]).stderr).toContain("--policy");
    for (const args of [["analyse", "manifests/"], []]) expect(run(args).status).toBe(2);
    expect(run(["analyze"], { cwd: folder({}) }).status).toBe(2);
  });

  it("options that contradict each other", () => {
    const contradictions = [
      ["--baseline", "x.yaml", "--no-baseline"],
      ["--no-baseline", "--baseline", "x.yaml"],
      ["--no-config", "--config", "x.json"],
    ];
    for (const given of contradictions) {
      const { status, stderr } = run(["analyze", "manifests/", ...given]);
      expect(status).toBe(2);
      expect(stderr).toMatch(/option '--(\w+)' cannot be used with option '--no-\1'/);
    }
    const lock = "set_deadline=fence.lock";
    for (const command of [["analyze"], ["order"], ["diff", "linux-7.1"]]) {
      const both = run([...command, "manifests/", "--hold", lock, "--drop", lock]);
      expect(both.status).toBe(2);
      expect(both.stderr).toContain(`--hold ${lock}: error: --drop ${lock} contradicts it`);
    }
  });

  it("a what-if about an op that the policy never calls", () => {
    for (const option of ["--hold", "--drop"]) {
      const { status, stderr } = run(["analyze", "manifests/", option, "check_signaled=fence.lock"]);
      expect(status).toBe(2);
      expect(stderr).toContain("error: policy linux-6.12 never calls ->check_signaled\n");
    }
    const cwd = folder({
      "good.yaml": GOOD,
      "p/mine.yaml": "policy: 1\nname: mine\nextends: linux-6.12\nhold: {check_signaled: [fence.lock]}\n",
    });
    expect(run(["analyze", "good.yaml", "--policy", "p/mine.yaml"], { cwd }).stderr).toContain(
      "mine.yaml:4:25: error: policy mine never calls ->check_signaled\n",
    );
  });

  it("but an unlock of what is not held is a finding", () => {
    const { status, stdout } = analyze({
      "a.yaml":
        "manifest: 1\ndriver: a\nlocks: {a.lock: {kind: spinlock}}\npaths:\n  p: {steps: [{unlock: a.lock}]}\n",
    });
    expect(status).toBe(1);
    expect(stdout).toContain("unbalanced");
  });
});

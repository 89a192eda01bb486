import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CIRCLE, SW_SYNC } from "../report/analysed.js";
import { folder, run } from "./run.js";

const RFC = ["--policy", "rfc-ops-under-fence-lock"];
const BASELINE = "fence-lockcheck-baseline.yaml";

/** A tree with known deadlocks, and its baseline. */
function tree(...more: string[]): string {
  const cwd = folder({ "manifests/sw_sync.yaml": SW_SYNC, "manifests/circle.yaml": CIRCLE });
  expect(run(["baseline", "manifests/", ...RFC, ...more], { cwd }).status).toBe(0);
  return cwd;
}

function analyze(cwd: string, ...more: string[]) {
  return run(["analyze", "manifests/", ...RFC, "--baseline", BASELINE, ...more], { cwd });
}

describe("a baseline on the command line", { timeout: 60_000 }, () => {
  it("keeps the tree green, and says how many are known", () => {
    const { status, stdout } = analyze(tree());
    expect(status).toBe(0);
    expect(stdout).toMatch(/: 0 errors, 0 warnings, 0 notes, \d+ known /);
    expect(stdout).not.toContain("self-deadlock");
  });

  it("still does after lines are inserted above every entry of a manifest", () => {
    const cwd = tree();
    writeFileSync(join(cwd, "manifests/sw_sync.yaml"), SW_SYNC.replaceAll("\n", "\n\n# inserted\n"));
    expect(analyze(cwd).status).toBe(0);
  });

  it("turns red with one new deadlock, and tells that one alone", () => {
    const cwd = tree();
    const other = CIRCLE.replaceAll("circle", "spiral");
    writeFileSync(join(cwd, "manifests/spiral.yaml"), other);
    const { status, stdout } = analyze(cwd, "--format", "compact");
    expect(status).toBe(1);
    expect(stdout.trimEnd().split("\n")).toEqual([expect.stringMatching(/error\[lock-order\] .*spiral/)]);
  });

  it("keeps the known findings in JSON, each with why", () => {
    const cwd = tree("--reason", "reported upstream", "--owner", "jane");
    const { findings, summary } = JSON.parse(analyze(cwd, "--format", "json").stdout);
    expect(findings.length).toBeGreaterThan(1);
    for (const { known } of findings) expect(known).toEqual({ reason: "reported upstream", owner: "jane" });
    expect(summary).toMatchObject({ error: 0, known: findings.length });
  });

  it("warns of what is stale or expired; --strict-baseline makes that an error", () => {
    const cwd = tree("--expires", "2037-12-31");
    const file = join(cwd, BASELINE);
    writeFileSync(file, readFileSync(file, "utf8").replaceAll("2037-12-31", "2020-02-29"));
    writeFileSync(join(cwd, "manifests/circle.yaml"), CIRCLE.split("paths:")[0]);
    const { status, stderr } = analyze(cwd);
    expect(status).toBe(0);
    expect(stderr).toMatch(/warning: stale: lock-order-\w+ is no longer found/);
    expect(stderr).toMatch(/warning: expired on 2020-02-29: self-deadlock-/);
    const strict = analyze(cwd, "--strict-baseline");
    expect(strict.status).toBe(1);
    expect(strict.stderr).toContain("error: stale: ");
  });

  it("is not overwritten unasked; an update keeps what was said", () => {
    const cwd = tree("--reason", "reported upstream");
    const file = join(cwd, BASELINE);
    const text = readFileSync(file, "utf8");
    const again = run(["baseline", "manifests/", ...RFC], { cwd });
    expect(again.status).toBe(2);
    expect(again.stderr).toContain("--update");
    expect(readFileSync(file, "utf8")).toBe(text);
    writeFileSync(join(cwd, "manifests/spiral.yaml"), CIRCLE.replaceAll("circle", "spiral"));
    renameSync(join(cwd, "manifests/circle.yaml"), join(cwd, "circle.yaml"));
    const update = () => run(["baseline", "manifests/", ...RFC, "--update", "--prune"], { cwd });
    const refused = update();
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain(
      "nothing is pruned: it speaks of drivers that are not among the manifests: circle",
    );
    expect(readFileSync(file, "utf8")).toBe(text);
    writeFileSync(join(cwd, "manifests/circle.yaml"), "manifest: 1\ndriver: circle\n");
    const { status, stderr } = update();
    expect(status).toBe(0);
    expect(stderr).toContain("(1 new, 1 pruned)");
    const updated = readFileSync(file, "utf8");
    expect(updated).toContain("reason: reported upstream");
    expect(updated).toContain("spiral");
    expect(updated).not.toContain("circle_dev");
  });

  it("belongs to the policy under which it was made", () => {
    const cwd = tree();
    const { status, stderr } = run(["baseline", "manifests/", "--update"], { cwd });
    expect(status).toBe(2);
    expect(stderr).toContain("it was made under rfc-ops-under-fence-lock, not linux-6.12");
  });

  it("is JSON where the file is named so, and is no manifest wherever it stands", () => {
    const cwd = tree("--output", "manifests/known.json");
    expect(JSON.parse(readFileSync(join(cwd, "manifests/known.json"), "utf8")).baseline).toBe(1);
    expect(existsSync(join(cwd, BASELINE))).toBe(false);
    expect(analyze(cwd, "--baseline", "manifests/known.json").status).toBe(0);
  });

  it("cannot be missing, broken or given a day that is none", () => {
    const cwd = tree();
    writeFileSync(join(cwd, "broken.json"), '{"baseline": 1, "policy": "p", "findings": [{"id": "a"}]}');
    const cases = [
      ["analyze", "manifests/", "--baseline", "nowhere.json"],
      ["analyze", "manifests/", "--baseline", "broken.json"],
      ["baseline", "manifests/", "--output", "new.json", "--expires", "tomorrow"],
      ["baseline", "manifests/", "--output", "new.json", "--expires", "2020-02-29"],
      ["baseline", "manifests/", "--output", "new.json", "--prune"],
    ];
    for (const args of cases) {
      const { status, stderr } = run(args, { cwd });
      expect(status).toBe(2);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
    expect(run(cases[1], { cwd }).stderr).toContain('broken.json:1:45: error: missing key "reason"');
    expect(existsSync(join(cwd, "new.json"))).toBe(false);
  });
});

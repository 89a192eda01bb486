import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CIRCLE, SW_SYNC } from "../report/analysed.js";
import { folder, run } from "./run.js";

const FILES = { "drivers/sw_sync.yaml": SW_SYNC, "drivers/circle.yaml": CIRCLE, "below/README": "" };

describe("the configuration file on the command line", { timeout: 60_000 }, () => {
  it("is found upwards, and its paths are its own", () => {
    const cwd = folder({
      ...FILES,
      "fence-lockcheck.yaml": "policy: rules/mine.yaml\nmanifests: [drivers]\n",
      "rules/mine.yaml": "policy: 1\nname: mine\nextends: linux-7.1\nhold: {set_deadline: [fence.lock]}\n",
    });
    for (const from of [cwd, join(cwd, "below")]) {
      const { status, stdout } = run(["analyze", "--format", "compact"], { cwd: from });
      expect(status).toBe(1);
      expect(stdout).toContain("error[self-deadlock] sw_sync: set_deadline");
    }
  });

  it("gives way to the command line", () => {
    const cwd = folder({
      ...FILES,
      "fence-lockcheck.json": JSON.stringify({ policy: "rfc-ops-under-fence-lock", manifests: "drivers" }),
    });
    const { stdout } = run(["analyze", "drivers/sw_sync.yaml", "--policy", "linux-6.12"], { cwd });
    expect(stdout).toMatch(/^linux-6\.12: 0 errors.*\(1 driver,/m);
    expect(run(["analyze", "--no-config"], { cwd }).status).toBe(2);
    expect(run(["analyze", "drivers", "--no-config"], { cwd }).stdout).toContain("linux-6.12: 1 error");
    const named = run(["analyze", "--config", "../fence-lockcheck.json"], { cwd: join(cwd, "below") });
    expect(named.stdout).toContain("rfc-ops-under-fence-lock: ");
  });

  it("ignores and weighs, and never in silence", () => {
    const cwd = folder({
      ...FILES,
      "fence-lockcheck.json": JSON.stringify({ ignore: [{ driver: "circle", reason: "going away" }] }),
      "soft.yaml": "severities: {lock-order: note}\n",
    });
    const ignored = run(["analyze", "drivers"], { cwd });
    expect(ignored.status).toBe(0);
    expect(ignored.stdout).toContain("1 ignored");
    expect(ignored.stderr).toContain("1 ignored (fence-lockcheck.json)");
    const soft = run(["analyze", "drivers", "--config", "soft.yaml"], { cwd });
    expect(soft.status).toBe(0);
    expect(soft.stdout).toContain("note[lock-order]");
  });

  it("names the baseline, which --no-baseline puts aside", () => {
    const cwd = folder({
      ...FILES,
      "fence-lockcheck.json": '{"manifests": "drivers", "baseline": "known.json"}',
    });
    expect(run(["baseline"], { cwd }).status).toBe(0);
    expect(run(["analyze"], { cwd }).status).toBe(0);
    expect(run(["analyze", "--no-baseline"], { cwd }).status).toBe(1);
  });

  it("may stand among manifests", () => {
    const cwd = folder({ ...FILES, "drivers/fence-lockcheck.json": "{}" });
    expect(run(["analyze", "."], { cwd: join(cwd, "drivers") }).stdout).toContain("2 drivers");
  });

  it("is told what is wrong with it", () => {
    const cwd = folder({ ...FILES, "fence-lockcheck.json": '{\n  "polcy": "linux-7.1"\n}\n' });
    const { status, stderr } = run(["analyze", "drivers"], { cwd });
    expect(status).toBe(2);
    expect(stderr).toContain('fence-lockcheck.json:2:3: error: unknown key "polcy" (did you mean policy?)');
    const two = folder({ "fence-lockcheck.json": "{}", "fence-lockcheck.yaml": "" });
    expect(run(["analyze", "."], { cwd: two }).stderr).toContain("keep one of them");
    expect(run(["analyze", ".", "--config", "none.yaml"], { cwd: two }).stderr).toContain("no such file");
  });
});

import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CIRCLE, SW_SYNC } from "../report/analysed.js";
import { folder, run } from "./run.js";

const MINE = "policy: 1\nname: mine\nextends: linux-7.1\n";

/** A repository in which the tag `old` has other manifests and rules than the working tree. */
function repository(): string {
  const cwd = folder({
    "manifests/sw_sync.yaml": SW_SYNC,
    "manifests/README.md": "no manifest",
    "rules/mine.yaml": MINE,
    "rules/base.yaml": "policy: 1\nname: base\n",
    "rules/above.yaml": "policy: 1\nname: above\nextends: base\n",
    "sub/keep": "",
  });
  const git = (...args: string[]) => {
    const { status, stderr } = spawnSync(
      "git",
      ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", ...args],
      // Nothing of the environment: within a hook, git would mean the repository of that hook.
      { cwd, encoding: "utf8", env: { PATH: process.env.PATH ?? "" } },
    );
    expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
  };
  git("init", "-q");
  git("add", ".");
  git("commit", "-q", "-m", "old");
  git("tag", "old");
  writeFileSync(join(cwd, "manifests/circle.yaml"), CIRCLE);
  writeFileSync(join(cwd, "rules/mine.yaml"), `${MINE}hold: {set_deadline: [fence.lock]}\n`);
  return cwd;
}

interface Lists {
  readonly status: number | null;
  readonly introduced: string[];
  readonly fixed: string[];
  readonly base: string;
  readonly head: string;
}

function diff(cwd: string, ...args: string[]): Lists {
  const { status, stdout, stderr } = run(["diff", ...args, "--format", "json"], { cwd });
  expect(stderr).toBe("");
  const { introduced, fixed, base, head } = JSON.parse(stdout);
  const rules = (findings: { rule: string; drivers: string[] }[]) =>
    findings.map(({ rule, drivers }) => `${rule} ${drivers}`);
  return { status, introduced: rules(introduced), fixed: rules(fixed), base, head };
}

describe("diff on the command line", { timeout: 60_000 }, () => {
  const cwd = repository();

  it("fails for what is introduced alone", () => {
    const there = diff(cwd, "linux-7.1", "rfc-ops-under-fence-lock", "manifests/");
    expect(there.status).toBe(1);
    expect(there.introduced).toContain("self-deadlock sw_sync");
    const back = diff(cwd, "rfc-ops-under-fence-lock", "linux-7.1", "manifests/");
    expect([back.fixed, back.introduced]).toEqual([there.introduced, there.fixed]);
    expect(diff(cwd, "linux-7.1", "linux-7.1", "manifests/")).toMatchObject({
      status: 0,
      introduced: [],
      fixed: [],
    });
    const args = ["diff", "linux-7.1", "rfc-ops-under-fence-lock", "manifests/", "--fail-on", "never"];
    expect(run(args, { cwd }).status).toBe(0);
  });

  it("tells a HEAD from manifests where what-ifs make one", () => {
    const hold = ["--hold", "set_deadline=fence.lock"];
    const made = diff(cwd, "linux-7.1", ...hold, "manifests/sw_sync.yaml");
    expect(made).toMatchObject({
      introduced: ["self-deadlock sw_sync"],
      head: "linux-7.1 --hold set_deadline=fence.lock",
    });
    expect(diff(cwd, "linux-7.1", "linux-6.12", ...hold, "manifests/").head).toMatch(/^linux-6\.12 --hold/);
    expect(diff(cwd, "linux-7.1", "rules/mine.yaml", ...hold, "manifests/").head).toMatch(/^mine --hold/);
  });

  it("reads policies at a revision, and what they extend beside them", () => {
    const result = diff(cwd, "git:old:rules/mine.yaml", "rules/mine.yaml", "manifests/");
    expect(result).toMatchObject({
      status: 1,
      introduced: ["self-deadlock sw_sync"],
      base: "git:old:rules/mine.yaml",
      head: "rules/mine.yaml",
    });
    expect(diff(cwd, "git:old:rules/above.yaml", "linux-7.1", "manifests/").base).toBe("above");
  });

  it("reads manifests at a revision: a folder, a file, from below", () => {
    const sides = ["--manifests-base", "git:old:manifests", "--manifests-head"];
    const grown = { status: 1, introduced: ["lock-order circle"], base: "linux-7.1 (git:old:manifests)" };
    expect(diff(cwd, "linux-7.1", ...sides, "manifests/")).toMatchObject(grown);
    expect(diff(join(cwd, "sub"), "linux-7.1", ...sides, "../manifests/")).toMatchObject(grown);
    const one = diff(cwd, "linux-7.1", "--manifests-head", "git:old:./manifests/sw_sync.yaml", "manifests");
    expect(one).toMatchObject({ status: 0, fixed: ["lock-order circle"] });
    const below = ["--manifests-base", "git:old:../manifests/", "../manifests"];
    expect(diff(join(cwd, "sub"), "linux-7.1", ...below).introduced).toEqual(grown.introduced);
  });

  it("names each side's own files where both read the same text", () => {
    const { stdout } = run(
      [
        "diff",
        "linux-7.1",
        "rfc-ops-under-fence-lock",
        "--manifests-base",
        "git:old:manifests",
        "manifests/sw_sync.yaml",
        "-f",
        "json",
      ],
      { cwd },
    );
    const files = (side: object) => new Set(JSON.stringify(side).match(/[^"]*manifests\/sw_sync\.yaml/g));
    const { introduced } = JSON.parse(stdout);
    expect(files(introduced)).toEqual(new Set(["manifests/sw_sync.yaml"]));
  });

  it("obeys the configuration", () => {
    const ignoring = repository();
    writeFileSync(
      join(ignoring, "fence-lockcheck.json"),
      '{"manifests": "manifests", "ignore": [{"driver": "sw_sync", "reason": "a debug driver"}]}',
    );
    const result = diff(ignoring, "linux-7.1", "--hold", "set_deadline=fence.lock");
    expect(result).toMatchObject({ status: 0, introduced: [] });
  });

  it("writes each format to its file", () => {
    const args = ["diff", "linux-7.1", "rfc-ops-under-fence-lock", "manifests/"];
    const { stdout } = run([...args, "-f", "mail", "-f", "markdown=out.md", "-f", "compact=out.txt"], {
      cwd,
    });
    expect(stdout).toContain("It introduces, by driver and op:");
    expect(run(["analyze", "out.md"], { cwd }).status).toBe(2);
  });

  it("has a message for whatever cannot be compared", () => {
    const plain = folder({ "a.yaml": SW_SYNC });
    mkdirSync(join(plain, "empty"));
    const cases: [string, string[], RegExp][] = [
      [cwd, ["linux-7.1"], /which policy to compare with\?/],
      [cwd, ["linux-7.1", "manifests/"], /manifests\/: error: which policy to compare with\?/],
      [
        cwd,
        ["linux-7.1", "linux-7.2", "manifests/"],
        /unknown policy "linux-7.2" \(did you mean linux-7\.1\?\)/,
      ],
      [cwd, ["linux-7.1", "linux-6.12"], /missing argument: which manifests\?/],
      [cwd, ["linux-7.1", "linux-6.12", "git:nix:manifests"], /no such revision: nix/],
      [cwd, ["linux-7.1", "linux-6.12", "git:old:nix"], /no such path at old: nix/],
      [cwd, ["linux-7.1", "linux-6.12", "git:old:../.."], /leads out of the repository/],
      [cwd, ["linux-7.1", "linux-6.12", "git:--help:x"], /expected git:REV:PATH/],
      [
        cwd,
        ["linux-7.1", "git:old:rules/none.yaml", "manifests"],
        /no such policy file: git:old:rules\/none/,
      ],
      [
        cwd,
        ["linux-7.1", "--manifests-base", "manifests", "--manifests-head", "git:old:manifests", "x.yaml"],
        /both sides/,
      ],
      [cwd, ["linux-7.1", "linux-6.12", "manifests", "-f", "sarif"], /unknown format "sarif"/],
      [plain, ["linux-7.1", "linux-6.12", "git:HEAD:a.yaml"], /this is not a git repository/],
    ];
    for (const [where, args, message] of cases) {
      const { status, stderr } = run(["diff", ...args], {
        cwd: where,
        env: { GIT_CEILING_DIRECTORIES: "/" },
      });
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(status).toBe(2);
    }
    renameSync(join(plain, "empty"), join(plain, "bin"));
    const { status, stderr } = run(["diff", "linux-7.1", "linux-6.12", "git:HEAD:a.yaml"], {
      cwd: plain,
      env: { PATH: join(plain, "bin") },
    });
    expect(stderr).toContain("git cannot be run");
    expect(status).toBe(2);
  });
});

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { folder, ROOT, run } from "../cli/run.js";
import { FENCE_WAIT, QUIET } from "../report/analysed.js";

const action = z
  .object({
    inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string() })),
    outputs: z.record(z.string(), z.object({ description: z.string(), value: z.string() })),
    runs: z.object({
      using: z.literal("composite"),
      steps: z.array(
        z.object({
          name: z.string(),
          id: z.string().optional(),
          shell: z.literal("bash"),
          run: z.string(),
          env: z.record(z.string(), z.string()).optional(),
        }),
      ),
    }),
  })
  .parse(parse(readFileSync(`${ROOT}action.yml`, "utf8")));

const steps = action.runs.steps;
const analyze = steps.find(({ id }) => id === "analyze") ?? steps[0];

describe("action.yml", () => {
  it("gives each command only options that its help knows", () => {
    const given = (where: RegExp) =>
      analyze.run
        .split("\n")
        .flatMap((line) => (where.test(line) ? (line.match(/--[a-z][a-z-]*/g) ?? []) : []));
    const passed = {
      analyze: given(/\b(common|analyze)\+?=\(/),
      diff: given(/\bcommon\+?=\(|"\$program" diff/),
    };
    for (const [command, options] of Object.entries(passed)) {
      const help = run([command, "--help"]).stdout;
      expect(options).toContain("--format");
      for (const option of options) expect(help, command).toContain(`${option} `);
    }
    const all = [...passed.analyze, ...passed.diff];
    for (const option of analyze.run.match(/--[a-z][a-z-]*/g) ?? []) expect(all).toContain(option);
  });

  it("hands inputs over in the environment, and never writes one into a script", () => {
    for (const { run: script } of steps) expect(script).not.toContain("${{");
    const handed = Object.values(analyze.env ?? {});
    for (const input of Object.keys(action.inputs)) expect(handed).toContain(`\${{ inputs.${input} }}`);
  });

  it("has outputs that its step sets", () => {
    for (const [name, { value }] of Object.entries(action.outputs)) {
      expect(value).toBe(`\${{ steps.analyze.outputs.${name} }}`);
      expect(analyze.run).toContain(`echo "${name}=`);
    }
  });
});

/** What its step does in a workspace with these files, as a runner would run it. */
function act(files: Readonly<Record<string, string>>, inputs: Readonly<Record<string, string>>) {
  const cwd = folder({ ...files, "temp/summary.md": "", "temp/output": "" });
  const given = Object.entries(action.inputs).map(([name, input]) => [
    `INPUT_${name.toUpperCase().replaceAll("-", "_")}`,
    inputs[name] ?? input.default,
  ]);
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["--noprofile", "--norc", "-eo", "pipefail", "-c", analyze.run],
    {
      cwd,
      encoding: "utf8",
      env: {
        PATH: process.env.PATH,
        GITHUB_ACTION_PATH: ROOT.replace(/\/$/, ""),
        RUNNER_TEMP: join(cwd, "temp"),
        GITHUB_STEP_SUMMARY: join(cwd, "temp/summary.md"),
        GITHUB_OUTPUT: join(cwd, "temp/output"),
        ...Object.fromEntries(given),
      },
    },
  );
  const read = (name: string) => readFileSync(join(cwd, name), "utf8");
  return { status, stdout, stderr, read, summary: read("temp/summary.md"), output: read("temp/output") };
}

const RFC = "policy: 1\nname: rfc\nextends: linux-7.1\nhold: {set_deadline: [fence.lock]}\n";
const SW_SYNC = readFileSync(`${ROOT}manifests/sw_sync.yaml`, "utf8");

describe("the action's step", () => {
  it("annotates, summarises and writes SARIF; fails for an error", () => {
    const { status, stdout, summary, output, read } = act({ "m/waiter.yaml": FENCE_WAIT }, { paths: "m" });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^::error file=m\/waiter.yaml,line=\d+/m);
    expect(summary).toContain("`fence-wait`");
    expect(output).toContain("status=1\n");
    expect(output).toContain("sarif=");
    expect(JSON.parse(read("temp/fence-lockcheck.sarif")).version).toBe("2.1.0");
  });

  it("passes where there is nothing, with a configuration instead of inputs, and writes other formats", () => {
    const { status, output, read } = act(
      { "m/quiet.yaml": QUIET, "fence-lockcheck.yaml": "manifests: m\n" },
      { format: "junit=locks.xml\n\n  compact=locks.txt" },
    );
    expect(status).toBe(0);
    expect(output).toContain("status=0\n");
    expect(read("locks.xml")).toContain("<testsuites");
    expect(read("locks.txt")).toBe("");
  });

  it("with base-policy fails for what is introduced, and for that alone", () => {
    const files = { "m/waiter.yaml": FENCE_WAIT, "m/sw_sync.yaml": SW_SYNC, "rfc.yaml": RFC };
    const worse = act(files, { paths: "m", policy: "rfc.yaml", "base-policy": "linux-7.1" });
    expect(worse.status).toBe(1);
    expect(worse.summary).toContain("**Introduced**");
    const same = act(files, { paths: "m", policy: "linux-7.1", "base-policy": "linux-7.1" });
    expect(same.status).toBe(0);
  });

  it("takes inputs as they are: paths with blanks, and what a shell would run", () => {
    const hostile = 'm y/$(touch owned); `touch owned` "quiet".yaml';
    const { status, read } = act({ [hostile]: QUIET }, { paths: hostile });
    expect(status).toBe(0);
    expect(() => read("owned")).toThrow();
    const option = act(
      { "m/quiet.yaml": QUIET },
      { paths: "--help", policy: "--help", config: "$(touch owned)" },
    );
    expect(option.status).toBe(2);
    expect(() => option.read("owned")).toThrow();
  });

  it("ends with 2 where something cannot be read, and leaves no SARIF output", () => {
    const { status, output, stderr } = act({}, { paths: "nowhere" });
    expect(status).toBe(2);
    expect(stderr).toContain("nowhere");
    expect(output).toBe("status=2\n");
    expect(act({ "m/quiet.yaml": QUIET }, { paths: "m", "base-policy": "linux-7.1" }).status).toBe(2);
  });
});

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { registerAnalyze } from "../../src/cli/commands/analyze.js";
import { registerExplain } from "../../src/cli/commands/explain.js";
import { registerGraph } from "../../src/cli/commands/graph.js";
import { completion, type Shell } from "../../src/cli/completion.js";
import { folder } from "../cli/run.js";

function script(shell: Shell): string {
  let text = "";
  const io = {
    out: (part: string) => {
      text += part;
    },
    err: () => {},
  };
  const program = new Command("fence-lockcheck");
  for (const register of [registerAnalyze, registerExplain, registerGraph])
    register(program, { io, done: () => {} });
  completion(shell, program, io);
  return text;
}

const has = (shell: string) => spawnSync(shell, ["-c", "true"]).status === 0;

/** What bash offers for the last of these words. */
function offered(...words: string[]): string[] {
  const line = ["fence-lockcheck", ...words].map((word) => `'${word}'`).join(" ");
  const ask = `${script("bash")}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}; _fence_lockcheck; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", ask], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split("\n").filter((word) => word !== "");
}

describe.runIf(has("bash"))("bash completes", () => {
  it("commands", () => {
    expect(offered("a")).toEqual(["analyze"]);
  });
  it("options of the command at hand", () => {
    expect(offered("graph", "--fo")).toEqual(["--format", "--focus"]);
  });
  it("policies, formats, severities and what-ifs where an option wants them", () => {
    expect(offered("analyze", "--policy", "linux-6")).toEqual(["linux-6.12"]);
    expect(offered("graph", "-f", "")).toEqual(["dot", "mermaid", "json"]);
    expect(offered("analyze", "--format", "sar")).toEqual(["sarif"]);
    expect(offered("analyze", "--fail-on", "w")).toEqual(["warning"]);
    expect(offered("analyze", "--hold", "set_d")).toEqual(["set_deadline=fence.lock"]);
  });
  it("rules after explain, and files", () => {
    expect(offered("explain", "irq")).toEqual(["irq-inconsistent", "irq-inversion"]);
    expect(offered("analyze", "packag")).toContain("package.json");
  });
});

describe.each(["zsh", "fish"] as const)("the script for %s", (shell) => {
  it("names commands, options, policies and rules", () => {
    const text = script(shell);
    for (const word of ["analyze", "explain", "no-color", "linux-6.12", "irq-inversion", "mermaid"])
      expect(text).toContain(word);
  });
  it.runIf(has(shell))("is valid to the shell", () => {
    const file = join(folder({ script: script(shell) }), "script");
    const { status, stderr } = spawnSync(shell, ["-n", file], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

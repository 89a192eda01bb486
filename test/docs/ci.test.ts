import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { ROOT, run } from "../cli/run.js";

const text = readFileSync(`${ROOT}docs/ci.md`, "utf8");
const blocks = [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, content]) => ({
  language,
  content,
}));

/** The commands of the program on a page, each a line: folded scalars and pipes are taken apart. */
const commands = blocks
  .flatMap(({ content }) => content.replaceAll(/\n {10,}/g, " ").split("\n"))
  .flatMap((line) => [...line.matchAll(/(?:npx |\$ )fence-lockcheck ([a-z]+)([^|;]*)/g)])
  .map(([, command, rest]) => ({ command, options: rest.match(/(?<=\s)--[a-z][a-z-]*/g) ?? [] }));

describe("docs/ci.md", () => {
  it("shows what the commands of its example print", { timeout: 60_000 }, () => {
    const { status, stderr } = spawnSync(process.execPath, ["scripts/examples.mjs", "--check"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    expect(status, `docs/ci.md is out of date: npm run results\n${stderr}`).toBe(0);
    for (const wanted of ["status 0", "status 1", "error: expired on", "error: stale:", "1 pruned"])
      expect(text).toContain(wanted);
  });

  it("gives commands only options that their help knows", () => {
    expect(commands.length).toBeGreaterThan(10);
    const helps = new Map<string, string>();
    for (const { command, options } of commands) {
      const help = helps.get(command) ?? run([command, "--help"]).stdout;
      helps.set(command, help);
      for (const option of options) expect(help, `${command} ${option}`).toContain(`${option} `);
    }
  });

  it.each(blocks.filter(({ language }) => language === "yaml"))(
    "has YAML that can be read: $content",
    (block) => {
      expect(parseDocument(block.content).errors).toEqual([]);
    },
  );

  it("tells of the action's inputs", () => {
    const action = parseDocument(readFileSync(`${ROOT}action.yml`, "utf8"));
    const inputs: unknown = action.toJS().inputs;
    for (const input of Object.keys(inputs ?? {})) expect(text).toMatch(new RegExp(`\`${input}\``));
  });
});

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.js";
import { explain } from "../../src/cli/explain.js";
import { graph } from "../../src/cli/graph.js";
import { init } from "../../src/cli/init.js";
import { loadPolicy } from "../../src/cli/load-policy.js";
import { order } from "../../src/cli/order.js";
import { schema } from "../../src/cli/schema.js";
import { why } from "../../src/cli/why.js";
import { parseManifests } from "../../src/manifest/read.js";
import { CHAIN } from "../query/examined.js";
import { folder } from "./run.js";

/** What a command writes, and its status. */
async function written(command: (io: { out(text: string): void; err(text: string): void }) => unknown) {
  let [out, err] = ["", ""];
  const status = await command({
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { status, out, err };
}

const toy = join(folder({ "toy.yaml": `manifest: 1\ndriver: toy\n${CHAIN}` }), "toy.yaml");
const plain = { format: "text", color: false, config: false } as const;

describe("the questions about the lock graph", () => {
  it("why: prints the ways, or the same as JSON", async () => {
    const { status, out } = await written((io) => why("a", "b", [toy], plain, io));
    expect(status).toBe(0);
    expect(out).toMatch(/^b is taken under a in 3 ways \(linux-6\.12\):\n/);
    const json = await written((io) => why("a", "b", [toy], { ...plain, format: "json" }, io));
    expect(JSON.parse(json.out)).toMatchObject({
      schema: "fence-lockcheck/why/1",
      answer: { kind: "direct" },
    });
  });

  it("order: prints the chains; with two locks after the paths, whether they may nest, and status 1 if not", async () => {
    const { status, out } = await written((io) => order([toy], plain, io));
    expect(status).toBe(0);
    expect(out).toContain("1. a > b > c > cycle 1\n");
    expect((await written((io) => order([toy, "a", "c"], plain, io))).status).toBe(0);
    const back = await written((io) => order([toy, "c", "a"], plain, io));
    expect(back.status).toBe(1);
    expect(back.out).toMatch(/^not allowed: a under c/);
    await expect(written((io) => order([toy, "nowhere.yaml"], plain, io))).rejects.toThrow("no such file");
    await expect(written((io) => order([toy, "a", "cc"], plain, io))).rejects.toThrow('unknown lock "cc"');
  });

  it("graph: writes the picture to stdout and what is left out to stderr; JSON has all", async () => {
    const options = { config: false, format: "dot", focus: "a" } as const;
    const { out, err } = await written((io) => graph([toy], options, io));
    expect(out).toMatch(/^digraph/);
    expect(err).toMatch(
      /^fence-lockcheck: \d+ locks and \d+ dependencies are left out: they are not next to a\n$/,
    );
    const all = await written((io) => graph([toy], { config: false, format: "json" }, io));
    expect(JSON.parse(all.out)).toMatchObject({ schema: "fence-lockcheck/graph/1" });
    expect(all.err).toBe("");
    await expect(
      written((io) => graph([toy], { config: false, format: "dot", focus: "rcu", policy: "linux-7.1" }, io)),
    ).rejects.toThrow("--focus: error: rcu is left out of the lock graph on purpose");
  });
});

describe("explain", () => {
  it("tells of a rule, of a finding and its rule, and lists the rules", async () => {
    expect((await written((io) => explain(undefined, [], plain, io))).out).toMatch(/^Rules\n/);
    expect((await written((io) => explain("unbalanced", [], plain, io))).out).toMatch(
      /^error\[unbalanced\] /,
    );
    await expect(written((io) => explain("lock-odrer", [toy], plain, io))).rejects.toThrow(
      "did you mean lock-order?",
    );
  });

  it("finds the finding in the manifests given", async () => {
    const manifests = parseManifests(readFileSync(toy, "utf8"), toy);
    const [{ id, message }] = analyze({ manifests, policy: loadPolicy("linux-6.12") }).findings;
    const { out, status } = await written((io) => explain(id, [toy], plain, io));
    expect(status).toBe(0);
    expect(out).toContain(message);
    expect(out).toContain("What it means");
  });

  it("wants no manifests for a rule", async () => {
    await expect(written((io) => explain("lock-order", [toy], plain, io))).rejects.toThrow("is a rule");
  });
});

describe("init", () => {
  it("writes a manifest that names its driver, and never over a file that is there", async () => {
    const file = join(folder({}), "mine.yaml");
    const { status, err } = await written((io) => init("manifest", file, { driver: "mine" }, io));
    expect(status).toBe(0);
    expect(err).toContain(`wrote ${file}`);
    const text = readFileSync(file, "utf8");
    expect(text).toMatch(/^# yaml-language-server: \$schema=.*manifest\.schema\.json\n/);
    expect(text).toContain("\ndriver: mine\n");
    await expect(written((io) => init("manifest", file, {}, io))).rejects.toThrow("not overwritten");
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("prints it where the file is -, and writes no YAML into a .json", async () => {
    const { status, out, err } = await written((io) => init("manifest", "-", { driver: "mine" }, io));
    expect([status, err]).toEqual([0, ""]);
    expect(out).toContain("\ndriver: mine\n");
    expect(existsSync("-")).toBe(false);
    const file = join(folder({}), "x.json");
    await expect(written((io) => init("manifest", file, {}, io))).rejects.toThrow(/name it .*x\.yaml/);
    expect(existsSync(file)).toBe(false);
  });

  it("refuses a driver's name that cannot be one", async () => {
    const file = join(folder({}), "x.yaml");
    await expect(written((io) => init("manifest", file, { driver: "a b" }, io))).rejects.toThrow(
      "is no name",
    );
  });
});

it("schema prints the JSON Schema that the package ships", async () => {
  const { out } = await written((io) => schema("policy", io));
  expect(JSON.parse(out).title).toBe("fence-lockcheck policy, version 1");
});

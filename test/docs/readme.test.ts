import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  analyze,
  loadPolicy,
  parseManifests,
  parsePolicy,
  type Report,
  resolvePolicy,
} from "../../src/index.js";
import { run } from "../cli/run.js";

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

const blocks = (language: string): string[] =>
  [...README.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm"))].map((match) => match[1]);

describe("README.md", () => {
  it("shows what the program really says of msm under the RFC", () => {
    const { stdout } = run(["analyze", "manifests/", "--policy", "rfc-ops-under-fence-lock"]);
    const shown = blocks("")
      .find((block) => block.includes("msm_fence_context.spinlock"))
      ?.trimEnd();
    expect(shown).toBeDefined();
    expect(stdout).toContain(shown);
  });

  it("says truthfully where the RFC leaves dma_fence_array and dma_fence_chain", () => {
    const { stdout } = run([
      "analyze",
      "manifests/",
      "--policy",
      "rfc-ops-under-fence-lock",
      "--format",
      "json",
      "--no-baseline",
    ]);
    const { findings }: Report = JSON.parse(stdout);
    const containers = ["dma_fence_array/array", "dma_fence_chain/chain"];
    const own = findings.filter(
      ({ rule, message }) => rule === "self-deadlock" && message.includes("__dma_fence_enable_signaling()"),
    );
    const fences = own.flatMap((finding) => finding.fences);
    expect(fences).toEqual(expect.arrayContaining(containers));
    expect(README).toContain(`each of the ${fences.length} fences that set this op`);
    const atDeadline = findings.filter(
      (finding) =>
        finding.ops.includes("set_deadline") && finding.fences.some((one) => containers.includes(one)),
    );
    expect(atDeadline).toEqual([]);
  });

  it("has languages by example that work as they stand", () => {
    const [manifest, policy] = blocks("yaml");
    const base = loadPolicy("linux-7.1");
    const rfc = resolvePolicy(parsePolicy(policy, "my-rfc.yaml"), () => ({ ...base }));
    const report = analyze({ manifests: parseManifests(manifest, "msm.yaml"), policy: rfc });
    expect(
      report.findings.filter(({ rule }) => rule === "self-deadlock").map(({ ops, locks }) => [ops, locks]),
    ).toEqual([[["set_deadline"], ["msm_fence_context.spinlock"]]]);
  });

  it("names only commands that exist", () => {
    const { stdout: help } = run(["--help"]);
    const commands = [...README.matchAll(/npx fence-lockcheck ([a-z]+)/g)].map((match) => match[1]);
    for (const command of new Set(commands)) expect(help).toContain(`  ${command} `);
  });
});

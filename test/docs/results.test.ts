import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ROOT } from "../cli/run.js";

// Some thirty analyses of all drivers.
const PATIENCE = 180_000;

describe("docs/results.md", () => {
  it("is what the program says of the manifests and policies today", { timeout: PATIENCE }, () => {
    const { status, stderr } = spawnSync(process.execPath, ["scripts/results.mjs", "--check"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    expect(status, `docs/results.md is out of date: npm run results\n${stderr}`).toBe(0);
  });

  it("leads from its table of policies to their sections, by the anchors that headings get", () => {
    const text = readFileSync(`${ROOT}docs/results.md`, "utf8");
    const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
    const anchors = headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );
    for (const [, anchor] of text.matchAll(/\]\(#([^)]*)\)/g)) expect(anchors).toContain(anchor);
  });
});

import { describe, expect, it } from "vitest";
import { DIFF_FORMATS } from "../../src/diff/formats.js";
import { type DiffReport, diff, loadPolicy, parseManifests } from "../../src/index.js";
import { PLAIN } from "../../src/report/style.js";
import { CIRCLE, HOSTILE, SW_SYNC } from "../report/analysed.js";

const manifests = [...parseManifests(SW_SYNC, "sw_sync.yaml"), ...parseManifests(CIRCLE, "circle.yaml")];
const there = diff({
  manifests,
  base: loadPolicy("linux-7.1"),
  hold: [{ op: "set_deadline", lock: "fence.lock" }],
});
const hostile = diff({
  manifests: [],
  headManifests: parseManifests(HOSTILE, "odd.json"),
  base: loadPolicy("linux-7.1"),
});

async function rendered(format: keyof typeof DIFF_FORMATS, report: DiffReport = there): Promise<string> {
  const render = await DIFF_FORMATS[format].load();
  return render(report, PLAIN);
}

const SUMMARY =
  "linux-7.1 -> linux-7.1 --hold set_deadline=fence.lock: introduces 1 error; fixes nothing; 1 error unchanged";

describe("formats of a diff", () => {
  it("text: what changes, then the findings by driver and op, and one line in the end", async () => {
    const lines = (await rendered("text")).split("\n");
    expect(lines).toContain("  set_deadline in dma_fence_set_deadline(): rcu -> rcu, fence.lock");
    const introduced = lines.indexOf("Introduced:");
    expect(lines[introduced + 1]).toBe("  sw_sync: set_deadline");
    expect(lines[introduced + 2]).toContain("error[self-deadlock]");
    expect(lines.join("\n")).toContain("drivers/dma-buf/sw_sync.c:200");
    expect(lines[lines.indexOf("Unchanged:") + 1]).toBe("  circle: 1 error");
    expect(lines).not.toContain("Fixed:");
    expect(lines.at(-2)).toBe(SUMMARY);
  });

  it("json: the contract", async () => {
    const parsed = JSON.parse(await rendered("json"));
    expect(Object.keys(parsed)).toEqual(
      expect.arrayContaining(["schema", "base", "head", "introduced", "fixed", "unchanged", "changes"]),
    );
    expect(parsed.introduced[0]).toMatchObject({ rule: "self-deadlock", drivers: ["sw_sync"] });
  });

  it("mail: plain, at most 72 columns, by driver and op, with the kernel's line", async () => {
    for (const report of [there, hostile]) {
      const lines = (await rendered("mail", report)).split("\n");
      expect(lines.filter((line) => line.length > 72)).toEqual([]);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not get through
      expect(lines.filter((line) => /[\u0000-\u001f]/.test(line))).toEqual([]);
    }
    const text = await rendered("mail");
    expect(text).toContain("  - sw_sync: set_deadline (1 error)\n");
    expect(text).toContain("in timeline_fence_set_deadline(), drivers/dma-buf/sw_sync.c:200");
    expect(text.replaceAll(/\s+/g, " ")).toContain("introduces 1 error and fixes nothing");
  });

  it("markdown: a table whose cells hold whatever a manifest says", async () => {
    const text = await rendered("markdown");
    expect(text).toContain("Introduces **1 error**, fixes **nothing**");
    expect(text).toMatch(/^\| error: self-deadlock \| sw\\_sync \| set\\_deadline \|/m);
    const rows = (await rendered("markdown", hostile)).split("\n").filter((line) => line.startsWith("| "));
    for (const row of rows) expect(row.replaceAll(/\\./g, "").match(/\|/g)).toHaveLength(7);
  });

  it("compact: a line a finding", async () => {
    const lines = (await rendered("compact")).trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      /^\+ drivers\/dma-buf\/sw_sync\.c:200: error\[self-deadlock\] sw_sync: set_deadline: .* \(self-deadlock-/,
    );
    expect(lines[1]).toBe(SUMMARY);
    expect((await rendered("compact", hostile)).trimEnd().split("\n")).toHaveLength(
      hostile.introduced.length + 1,
    );
  });
});

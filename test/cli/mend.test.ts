import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyze } from "../../src/cli/analyze.js";
import { mend } from "../../src/cli/mend.js";
import { CIRCLE, QUIET } from "../report/analysed.js";
import { folder } from "./run.js";

async function written(
  command: (io: { out(text: string): void; err(text: string): void }) => Promise<number>,
) {
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

const manifests = folder({ "circle.yaml": CIRCLE, "quiet.yaml": QUIET });
const plain = { format: "text", color: false, config: false } as const;

/** Twenty-one pairs of locks, each taken both ways round. */
const MANY = `
manifest: 1
driver: many
locks:
${pairs((n) => `  a${n}: {kind: mutex}\n  b${n}: {kind: mutex}`)}
paths:
${pairs((n) => `  one${n}: {context: process, steps: [{lock: a${n}, steps: [{lock: b${n}, steps: []}]}]}\n  two${n}: {context: process, steps: [{lock: b${n}, steps: [{lock: a${n}, steps: []}]}]}`)}
`;

function pairs(text: (n: number) => string): string {
  return Array.from({ length: 21 }, (_, n) => text(n)).join("\n");
}

describe("mend", () => {
  it("tells what removes a finding, where, and what it breaks; an id may be cut short", async () => {
    const { status, out } = await written((io) => mend("lock-order", [manifests], plain, io));
    expect(status).toBe(0);
    expect(out).toContain("error[lock-order] circle: circle_dev.lock -> circle_queue.lock");
    expect(out).toContain(
      "  1. release circle_dev.lock in circle_submit() while it calls circle_kick()\n     drivers/gpu/drm/circle.c:11: breaks nothing\n",
    );
  });

  it("tells the same to programs", async () => {
    const { out } = await written((io) => mend("lock-order", [manifests], { ...plain, format: "json" }, io));
    const answer = JSON.parse(out);
    expect(answer.schema).toBe("fence-lockcheck/mend/1");
    expect(answer.finding.mends[0]).toMatchObject({ kind: "release", removes: true, introduces: [] });
  });

  it("knows no finding of another name", async () => {
    await expect(written((io) => mend("lock-order-0", [manifests], plain, io))).rejects.toThrow(/no finding/);
  });
});

describe("analyze --mend", () => {
  const options = { color: false, config: false, baseline: false, mend: true };

  it("adds the mends to each error, in text and JSON; without it, nothing is tried", async () => {
    const text = await written((io) => analyze([manifests], options, io));
    expect(text.status).toBe(1);
    expect(text.out).toContain(
      "  1. release circle_dev.lock in circle_submit() while it calls circle_kick()",
    );
    const json = await written((io) => analyze([manifests], { ...options, format: ["json"] }, io));
    expect(JSON.parse(json.out).findings[0].mends).toHaveLength(3);
    const without = await written((io) => analyze([manifests], { ...options, mend: false }, io));
    expect(without.out).not.toContain("  1. ");
  });

  it("says so where it tries only some", async () => {
    const { out, err } = await written((io) =>
      analyze([join(folder({ "many.yaml": MANY }), "many.yaml")], options, io),
    );
    // No two of them come about by the same steps, so none is folded into another.
    expect(out.match(/^ {2}1\. /gm)).toHaveLength(20);
    expect(err).toContain("changes were tried against 20 of 21 errors");
  });
});

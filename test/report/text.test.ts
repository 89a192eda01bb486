import { describe, expect, test } from "vitest";
import { compact } from "../../src/report/compact.js";
import { github } from "../../src/report/github.js";
import { lockdep } from "../../src/report/lockdep.js";
import { mail } from "../../src/report/mail.js";
import { PLAIN } from "../../src/report/style.js";
import { text } from "../../src/report/text.js";
import {
  ALL,
  analysed,
  CIRCLE,
  GUARDED,
  HOSTILE,
  QUIET,
  SW_SYNC,
  TWO_FENCES,
  UNDER_LOCK,
} from "./analysed.js";

const RFC = "rfc-ops-under-fence-lock";

describe("the text report", () => {
  test("tells sw_sync's deadlock: what holds, what takes, where, the CPU's table and what mends it", () => {
    expect(
      text(analysed({ "sw_sync.yaml": SW_SYNC }, RFC))
        .split("\n\n")
        .slice(0, 2),
    ).toEqual([
      [
        "error[self-deadlock] sw_sync: set_deadline: timeline_fence_set_deadline() takes sync_timeline.lock, the lock of this very fence, while dma_fence_set_deadline() holds it already",
        "  definite | fence sw_sync/timeline, op set_deadline | lockdep: &obj->lock | self-deadlock-d323b8d3ae14ed19",
      ].join("\n"),
      expect.stringMatching(
        /^ {2}from dma_fence_set_deadline\(\) in process context:\n {4}holds {2}dma_fence_set_deadline\(\) .*\n.*op set_deadline.*\n {4}takes {2}timeline_fence_set_deadline\(\) {2}lock sync_timeline.lock {2}drivers\/dma-buf\/sw_sync.c:200 {2}sw_sync.yaml:\d+$/,
      ),
    ]);
  });

  test("mends a circle of waits alone by leaving one out, and names them", () => {
    const waits = "manifest: 1\ndriver: toy\npaths:\n  a: {steps: [{sync: b}]}\n  b: {steps: [{sync: a}]}\n";
    expect(text(analysed({ "toy.yaml": waits }))).toContain(
      "  mend: leave out one of the waits for toy:a() to end and toy:b() to end: each holds up the next\n",
    );
  });

  test("lets no lock's name steer the terminal, in the table neither", () => {
    const name = "m\u001b[31m";
    const toy = JSON.stringify({
      manifest: 1,
      driver: "toy",
      locks: { [name]: { kind: "mutex" }, s: { kind: "spinlock" }, w: { kind: "rwlock" } },
      paths: {
        p: {
          steps: [
            { lock: "s", steps: [{ lock: name }] },
            { lock: "w", steps: [{ lock: name }] },
          ],
        },
      },
    });
    const report = analysed({ "toy.json": toy });
    expect(report.findings[0].schedule[0].steps.join()).toContain(name);
    for (const format of [text, github, lockdep, compact, mail])
      expect(format(report)).not.toContain("\u001b");
    expect(text(report)).toMatch(/takes m \[31m, a mutex, under s, a spinlock\n/);
    expect(text(report)).toMatch(/, a mutex, under w, an rwlock\n/);
  });

  test("keeps what, and where, in columns", () => {
    const chain = text(analysed({ "circle.yaml": CIRCLE }))
      .split("\n")
      .filter((line) => line.includes("drivers/gpu/drm/circle.c:1") || line.includes("circle.c:31"));
    expect(chain).toHaveLength(3);
    expect(new Set(chain.map((line) => line.indexOf("drivers/"))).size).toBe(1);
    expect(new Set(chain.map((line) => line.indexOf("circle.yaml"))).size).toBe(1);
  });

  test("says what an interrupt has to do with a lock", () => {
    const report = text(analysed(ALL));
    expect(report).toContain("safe.lock taken in hardirq, from inverted_handler() in hardirq context:");
    expect(report).toContain("safe.lock -EN-> unsafe.lock, from inverted_submit() in process context:");
    expect(report).toContain(
      "unsafe.lock taken with hardirqs enabled, from inverted_debugfs() in process context:",
    );
  });

  test("folds findings that differ in the fence alone", () => {
    const report = analysed({ "twofold.yaml": TWO_FENCES }, RFC);
    expect(report.findings.map(({ fences }) => fences)).toEqual([["twofold/copy"], ["twofold/ring"]]);
    const output = text(report);
    expect(output.match(/^error/gm)).toHaveLength(1);
    expect(output).toContain("and 1 more fence: twofold/ring");
    expect(output).toContain(`${RFC}: 2 errors`);
  });

  test("is brief about a note, and does not call it a deadlock", () => {
    const report = text(analysed({ "gated.yaml": GUARDED }));
    expect(report).toContain("note[lock-order] gated: inner.lock -> outer.lock -> inner.lock");
    expect(report).not.toContain("DEADLOCK");
    expect(report).not.toContain("CPU0");
  });

  test("tells notes that ask for nothing in one block, after everything else, and folds their fences", () => {
    const report = analysed({ "noisy.yaml": UNDER_LOCK, "gated.yaml": GUARDED });
    expect(report.findings.map(({ rule }) => rule)).toEqual([
      "lock-order",
      "callback-under-lock",
      "callback-under-lock",
    ]);
    const blocks = text(report).split("\n\n");
    expect(blocks.at(-2)?.split("\n")).toEqual([
      "note[callback-under-lock] noisy_reset() signals noisy/copy with noisy.reset held: every callback of its consumers runs under that lock",
      expect.stringMatching(/^ {2}possible \| fence noisy\/copy \| callback-under-lock-[0-9a-f]{16}$/),
      "  and 1 more fence: noisy/ring",
    ]);
    expect(blocks.at(-1)).toMatch(/^linux-6\.12: 0 errors, 0 warnings, 3 notes/);
  });

  test("hides no note of a fence whose name is the beginning of another's", () => {
    const named = UNDER_LOCK.replaceAll("copy", "ring2");
    const report = text(analysed({ "noisy.yaml": named }));
    expect(report).toContain("signals noisy/ring with");
    expect(report).toContain("noisy/ring2");
  });

  test("ends in one line that counts", () => {
    expect(text(analysed({ "quiet.yaml": QUIET }))).toMatch(
      /^linux-6\.12: 0 errors, 0 warnings, 0 notes \(1 driver, 0 fences, \d+ lock class(es)?, \d+ dependenc(y|ies)\)\n$/,
    );
  });

  test("mentions what the baseline knows in two lines", () => {
    const report = analysed({ "circle.yaml": CIRCLE });
    const known = { reason: "waits for the rework", owner: "jane", expires: "2026-12-31" };
    const output = text({ ...report, findings: report.findings.map((finding) => ({ ...finding, known })) });
    expect(output).toMatch(
      /^known\[lock-order\] circle: .*\n {2}waits for the rework \(jane\), until 2026-12-31 \|/,
    );
    expect(output).not.toContain("DEADLOCK");
  });

  test("lets no control character of a manifest through to the terminal", () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: just these
    expect(text(analysed({ "odd.yaml": HOSTILE }))).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  test("is the same on every run", () => {
    expect(text(analysed(ALL))).toBe(text(analysed(ALL)));
  });

  test("is all there without colour", () => {
    const marked = text(analysed(ALL), { ...PLAIN, lock: (name) => `{{${name}}}` });
    expect(marked.replaceAll(/\{\{(.*?)\}\}/g, "$1")).toBe(text(analysed(ALL)));
  });
});

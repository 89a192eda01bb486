import { describe, expect, test } from "vitest";
import { analyze, loadPolicy, parseManifests } from "../../src/index.js";
import { mail } from "../../src/report/mail.js";
import { ALL, analysed, HOSTILE, QUIET, SW_SYNC, TWO_FENCES } from "./analysed.js";

const RFC = "rfc-ops-under-fence-lock";

describe("the mail format", () => {
  test("is what a maintainer would post about sw_sync", () => {
    const report = analysed({ "sw_sync.yaml": SW_SYNC }, RFC);
    const [opening, ...rest] = mail(report).split("\n\n");
    expect(opening.replaceAll("\n", " ")).toMatch(
      /^fence-lockcheck \d+\.\d+\.\d+ analysed 1 driver, 1 fence, .* under the policy rfc-ops-under-fence-lock \(RFC of 2026-06-08: every op that is not deprecated runs under the fence lock\): 1 error, 0 warnings, 0 notes\. The error follows\.$/,
    );
    expect(rest.join("\n\n").replaceAll(/yaml:\d+/g, "yaml:N")).toMatchInlineSnapshot(`
      "1) self-deadlock, definite:
         sw_sync: set_deadline: timeline_fence_set_deadline() takes
         sync_timeline.lock, the lock of this very fence, while
         dma_fence_set_deadline() holds it already. lockdep's names:
         sync_timeline.lock (&obj->lock).

         From dma_fence_set_deadline() in process context:
           holds  dma_fence_set_deadline(): lock sync_timeline.lock
                    rules/rfc-ops-under-fence-lock.yaml:N
                  dma_fence_set_deadline(): op set_deadline
                    rules/rfc-ops-under-fence-lock.yaml:N
           takes  timeline_fence_set_deadline(): lock sync_timeline.lock
                    drivers/dma-buf/sw_sync.c:200

           CPU0
           ----
           lock(sync_timeline.lock);
           lock(sync_timeline.lock);

         *** DEADLOCK ***

         To mend it: call timeline_fence_set_deadline() without
         sync_timeline.lock, or let it rely on the caller's (a _locked
         variant).
      "
    `);
  });

  test("has 72 columns, or a single word that is longer", () => {
    const long = SW_SYNC.replaceAll(
      "timeline_fence_set_deadline",
      `timeline_fence_${"set_".repeat(20)}deadline`,
    );
    const reports = [
      analysed(ALL, RFC),
      analysed({ "odd.yaml": HOSTILE }),
      analysed({ "sw.yaml": long }, RFC),
    ];
    for (const line of reports.flatMap((report) => mail(report).split("\n")))
      if (line.length > 72) expect(line.trim()).not.toMatch(/\s/);
  });

  test("tells errors alone, those that differ in the fence once", () => {
    const output = mail(analysed({ ...ALL, "twofold.yaml": TWO_FENCES }, RFC));
    expect(output).not.toContain("inner.lock");
    expect(output).toContain("notes are left out");
    expect(output.replaceAll(/\s+/g, " ")).toContain("The same with 1 more fence: twofold/ring.");
  });

  test("says so where nothing is wrong, and names the what-ifs it was asked", () => {
    const report = analyze({
      manifests: parseManifests(QUIET, "quiet.yaml"),
      policy: loadPolicy("linux-6.12"),
      hold: [{ op: "set_deadline", lock: "fence.lock" }],
    });
    const output = mail(report).replaceAll("\n", " ");
    expect(output).toContain("under the policy linux-6.12, holding set_deadline=fence.lock");
    expect(output).toContain("No deadlock was found.");
  });

  test("does not call clean what a baseline knows", () => {
    const report = analysed({ "quiet.yaml": QUIET });
    const told = (left: { known?: number; ignored?: number }) =>
      mail({ ...report, summary: { ...report.summary, ...left } }).replaceAll("\n", " ");
    expect(told({ known: 2 })).toContain("2 known. No deadlock was found beyond the known ones.");
    expect(told({ known: 2, ignored: 1 })).toContain("beyond the known and ignored ones.");
  });
});

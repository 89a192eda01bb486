import { describe, expect, test } from "vitest";
import { markdown } from "../../src/report/markdown.js";
import { analysed, HOSTILE, QUIET, SW_SYNC, TWO_FENCES } from "./analysed.js";

const RFC = "rfc-ops-under-fence-lock";

describe("the markdown format", () => {
  test("has counts, a table and the evidence folded away", () => {
    const output = markdown(analysed({ "sw_sync.yaml": SW_SYNC }, RFC));
    expect(output).toMatch(/^### fence-lockcheck: 1 error, 0 warnings, 0 notes\n/);
    expect(output).toContain(
      "| error | `self-deadlock` | `sw_sync` | `set_deadline` | `sync_timeline.lock` | `drivers/dma-buf/sw_sync.c:200` |",
    );
    expect(output).toMatch(/<details><summary><b>error\[self-deadlock\]<\/b> .*<\/summary>\n\n```text\n/);
    expect(output.match(/<details>/g)).toHaveLength(output.match(/<\/details>/g)?.length ?? -1);
  });

  test("has neither table nor details without findings", () => {
    const output = markdown(analysed({ "quiet.yaml": QUIET }));
    expect(output).toContain("0 errors");
    expect(output).not.toMatch(/\||<details>/);
  });

  test("has one row for what differs in the fence alone", () => {
    expect(markdown(analysed({ "twofold.yaml": TWO_FENCES }, RFC))).toContain("`twofold` and 1 more fence |");
  });

  test("no word breaks out of its cell, its summary or its block", () => {
    const output = markdown(analysed({ "odd.yaml": HOSTILE }));
    const rows = output.split("\n").filter((line) => line.startsWith("|"));
    for (const row of rows) expect(row.replaceAll("\\|", "").split("|")).toHaveLength(8);
    const summary = output.split("\n").find((line) => line.startsWith("<details>"));
    expect(summary).toContain("100% &lt;b&gt;`|x|`&lt;/b&gt; &amp; ");
    expect(output.match(/^````$/gm)).toHaveLength(1);
  });

  test("stays within what a job summary may have, and says what it leaves out", () => {
    const report = analysed({ "sw_sync.yaml": SW_SYNC }, RFC);
    const [finding] = report.findings;
    const findings = Array.from({ length: 2000 }, (_, i) => ({
      ...finding,
      id: `self-deadlock-${i}`,
      dependencies: [],
    }));
    const long = findings.map((one) => ({ ...one, help: "x".repeat(1000) }));
    const output = markdown({ ...report, findings: long });
    expect(output.length).toBeLessThan(1024 * 1024);
    expect(output).toMatch(/\d+ more findings are not shown in full/);
  });
});

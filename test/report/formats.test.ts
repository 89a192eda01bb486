import { describe, expect, test } from "vitest";
import { FORMATS } from "../../src/report/formats.js";
import { PLAIN } from "../../src/report/style.js";
import { ALL, analysed, HOSTILE, QUIET } from "./analysed.js";

const REPORTS = {
  "every rule": analysed(ALL, "rfc-ops-under-fence-lock"),
  "odd words": analysed({ "odd.yaml": HOSTILE }),
  nothing: analysed({ "quiet.yaml": QUIET }),
};

describe.each(Object.entries(FORMATS))("format %s", (_, { load }) => {
  test.each(Object.entries(REPORTS))(
    "on %s is the same twice and ends in a line break",
    async (_name, report) => {
      const render = await load();
      const output = render(report, PLAIN);
      expect(render(report, PLAIN)).toBe(output);
      if (output !== "") expect(output).toMatch(/[^\n]\n$/);
    },
  );

  test("takes findings without evidence", async () => {
    const report = REPORTS["every rule"];
    const bare = report.findings.map((finding) => ({ ...finding, dependencies: [], schedule: [] }));
    const render = await load();
    expect(() => render({ ...report, findings: bare }, PLAIN)).not.toThrow();
  });
});

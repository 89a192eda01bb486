import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.js";
import { RULES } from "../../src/checks/rules.js";
import { loadPolicy } from "../../src/cli/load-policy.js";
import type { Page } from "../../src/explain/page.js";
import { PAGES } from "../../src/explain/pages.js";
import { parseManifests } from "../../src/manifest/read.js";

function findings({ policy }: Page, text: string) {
  const { findings } = analyze({
    manifests: parseManifests(text, "example.yaml"),
    policy: loadPolicy(policy),
  });
  return findings;
}

describe.each(Object.entries(PAGES))("the page of %s", (rule, page) => {
  it("has a bad example that is reported by that rule", () => {
    const found = findings(page, page.bad).map((finding) => finding.rule);
    expect(found).toContain(rule);
  });

  it("has a good example of which nothing is reported by that rule, nor as an error", () => {
    const left = findings(page, page.good).filter(
      (finding) => finding.rule === rule || finding.severity === "error",
    );
    expect(left.map(({ message }) => message)).toEqual([]);
  });

  it("tells nothing of the bad example but that rule, so that it shows one thing", () => {
    const others = findings(page, page.bad).filter(
      (finding) => finding.rule !== rule && finding.severity !== "note",
    );
    expect(others.map(({ message }) => message)).toEqual([]);
  });
});

it("there is a page for each rule of the table, and no other", () => {
  expect(Object.keys(PAGES).sort()).toEqual(Object.keys(RULES).sort());
});

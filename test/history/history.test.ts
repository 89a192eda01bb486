import { describe, expect, it } from "vitest";
import { analyze, type Finding, loadPolicy, parseManifests } from "../../src/index.js";
import { CASES, type Case, type Expected, readCase } from "./case.js";

function findings({ folder, policy }: Case, file: string, under = policy): readonly Finding[] {
  const manifests = parseManifests(readCase(folder, file), `${folder}/${file}`);
  return analyze({ manifests, policy: loadPolicy(under) }).findings;
}

/** One line a problem, so that a difference reads as one. */
function told({ rule, certainty, locks, ops, drivers }: Expected | Finding): string {
  const list = (names: readonly string[]) => [...names].sort().join(" ");
  return `${certainty} ${rule}: ${list(locks)}; ops ${list(ops) || "none"}; of ${list(drivers)}`;
}

const errors = (all: readonly Finding[]) =>
  all
    .filter(({ severity }) => severity === "error")
    .map(told)
    .sort();

describe("real deadlocks of dma-fence and its drivers", () => {
  it("are all here", () => {
    expect(CASES.map((one) => one.case)).toEqual(Array.from({ length: 11 }, (_, i) => `C${i + 1}`));
  });
});

for (const one of CASES) {
  describe(`${one.case}: ${one.title}`, () => {
    it("is reported before the fix, and is all that is", () => {
      expect(errors(findings(one, "before.yaml"))).toEqual(one.expect.map(told).sort());
    });

    for (const { file, expect: left } of one.between)
      it(`is told of ${file}, on the way to the fix`, () => {
        expect(errors(findings(one, file))).toEqual(left.map(told).sort());
      });

    it("is gone after it, and nothing is left", () => {
      expect(errors(findings(one, "after.yaml"))).toEqual([]);
    });

    for (const policy of one.clean_under)
      it(`is none under ${policy}`, () => {
        expect(errors(findings(one, "before.yaml", policy))).toEqual([]);
      });

    for (const { rule, drivers = [] } of one.never)
      it(`is never told as ${[rule, ...drivers].filter(Boolean).join(" of ")}`, () => {
        for (const file of ["before.yaml", "after.yaml"]) {
          const wrong = findings(one, file).filter(
            (finding) =>
              (rule === undefined || finding.rule === rule) &&
              drivers.every((driver) => finding.drivers.includes(driver)),
          );
          expect(wrong.map(told)).toEqual([]);
        }
      });
  });
}

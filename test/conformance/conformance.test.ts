import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { analyze, parsePolicy } from "../../src/index.js";
import { manifestOf, RULE_OF, type Scenario } from "./scenario.js";

/** Only what threads do by themselves: no framework calls anything. */
const POLICY = parsePolicy(JSON.stringify({ policy: 1, name: "none" }), "none.json");
const LOCKDEP_RULES = new Set(Object.values(RULE_OF));

function read(file: string): readonly Scenario[] {
  return readFileSync(new URL(`../../fixtures/conformance/${file}`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const scenarios = read("lockdep-scenarios.jsonl");
const larger = read("larger-scenarios.jsonl");
const isCounted = ({ lockdep }: Scenario) => lockdep.verdict !== "either";
const counted = [...scenarios, ...larger].filter(isCounted);
const groups = [...new Set(counted.map(({ group }) => group))].sort();

/** What lockdep and fence-lockcheck disagree on, in words; nothing where they agree. */
function disagreement(scenario: Scenario): string | undefined {
  const { findings } = analyze({ manifests: manifestOf(scenario), policy: POLICY });
  const found = new Set<string>(findings.map(({ rule }) => rule).filter((rule) => LOCKDEP_RULES.has(rule)));
  const { id, lockdep } = scenario;
  const said = [...found].sort().join(", ") || "nothing";
  switch (lockdep.verdict) {
    case "clean":
      return found.size === 0 ? undefined : `${id}: lockdep is silent, fence-lockcheck reports ${said}`;
    case "splat": {
      const missing = lockdep.reports.filter((report) => !found.has(RULE_OF[report]));
      return missing.length === 0
        ? undefined
        : `${id}: lockdep reports ${missing.join(", ")}, fence-lockcheck ${said}`;
    }
    case "missed": {
      const wanted = stuckAt(scenario);
      const reported = findings.some(
        ({ rule, locks }) => rule === "lock-order" && wanted.every((lock) => locks.includes(lock)),
      );
      return reported
        ? undefined
        : `${id}: threads really get stuck at ${wanted.join(" and ")}, reported is ${said}`;
    }
    case "either":
      return undefined;
  }
}

/** The locks at which the threads of a `missed` scenario really get stuck. */
function stuckAt({ sections, lockdep: { witness } }: Scenario): string[] {
  if (witness === undefined) throw new Error("a missed deadlock without its witness");
  return witness.sections.map((section, i) => sections[section].steps[witness.stopped_at_step[i]].lock);
}

describe("the lockdep of a 6.12 kernel and fence-lockcheck agree", () => {
  const disagreements = new Map<string, string[]>(groups.map((group) => [group, []]));

  beforeAll(() => {
    for (const scenario of counted) {
      const why = disagreement(scenario);
      if (why !== undefined) disagreements.get(scenario.group)?.push(why);
    }
  }, 120_000);

  it("on all 4,178 scenarios that count", () => {
    expect(scenarios).toHaveLength(4200);
    expect(scenarios.filter(isCounted)).toHaveLength(4178);
    expect([...disagreements.values()].flat()).toHaveLength(0);
  });

  it("on 727 more, with more locks, sections and mixtures", () => {
    expect(larger.filter(isCounted)).toHaveLength(727);
    const ids = new Set(larger.map(({ id }) => id));
    const of = (why: string) => ids.has(why.slice(0, why.indexOf(":")));
    expect([...disagreements.values()].flat().filter(of)).toEqual([]);
  });

  it.each(groups)("on the scenarios of group %s", (group) => {
    expect(disagreements.get(group)).toEqual([]);
  });
});

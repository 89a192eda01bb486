import { describe, expect, it } from "vitest";
import { analyze, parseManifests, parsePolicy } from "../../src/index.js";
import { CASES } from "./cases.js";
import type { SelfTest } from "./notation.js";

/** What threads do by themselves, and the one lock that allocations take: nothing calls any fence op. */
const POLICY = parsePolicy(
  JSON.stringify({ policy: 1, name: "none", locks: { fs_reclaim: { kind: "map" } } }),
  "none.json",
);

/** The rules of what is found in a case, each once. */
function found({ name, locks, sections }: SelfTest): string[] {
  const paths = Object.fromEntries(sections.map((section, index) => [`section_${index + 1}`, section]));
  const kinds = Object.fromEntries(Object.entries(locks).map(([lock, kind]) => [lock, { kind }]));
  const manifest = JSON.stringify({ manifest: 1, driver: "selftest", locks: kinds, paths });
  const { findings } = analyze({ manifests: parseManifests(manifest, `${name}.json`), policy: POLICY });
  return [...new Set(findings.map(({ rule }) => rule))].sort();
}

function expected({ lockdep, also = [], silent }: SelfTest): string[] {
  return lockdep === "clean" || silent !== undefined ? [] : [lockdep, ...also].sort();
}

describe("lockdep's self-test", () => {
  it("is here with the cases that a manifest can tell", () => {
    expect(CASES).toHaveLength(360);
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
  });

  it.each(CASES.map((test) => [test.name, test] as const))("%s", (_, test) => {
    expect(found(test)).toEqual(expected(test));
  });

  it("is disagreed with in one case alone, by silence", () => {
    const silent = CASES.filter((test) => test.silent !== undefined).map(({ name }) => name);
    expect(silent).toEqual(["fs_reclaim_wrong_nesting"]);
  });
});

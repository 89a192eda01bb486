import { describe, expect, it } from "vitest";
import { analyze, type Manifest, parseManifests, parsePolicy } from "../../src/index.js";

const POLICY = parsePolicy(JSON.stringify({ policy: 1, name: "none" }), "none.json");

const [EMPTY] = parseManifests(JSON.stringify({ manifest: 1, driver: "large" }), "large.json");

const pos = { file: "large.json", line: 1, column: 1 };
const lock = { pos, kind: "lock", mode: "write", bh: false, try: false, subclass: 0 } as const;

/** A driver that takes these locks, each path one inside the other: as data, since reading so much text takes long. */
function driver(
  locks: readonly string[],
  paths: readonly (readonly string[])[],
  irq?: "save",
  more: Manifest["paths"] = [],
): Manifest {
  return {
    ...EMPTY,
    locks: locks.map((name) => ({ name, pos, kind: "spinlock", scope: "device" })),
    paths: [
      ...more,
      ...paths.map((taken, i) => ({
        name: `path_${i}`,
        pos,
        contexts: ["process"] as const,
        steps: taken.map((name) => ({ ...lock, lock: name, irq })),
      })),
    ],
  };
}

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `lock_${i}`);
const pairs = (locks: readonly string[]) => locks.slice(1).map((lock, i) => [locks[i], lock]);

describe("a large input", () => {
  it("of 200,000 locks, each taken under the one before it, is clean", () => {
    const locks = numbered(200_000);
    const report = analyze({ manifests: [driver(locks, pairs(locks))], policy: POLICY });
    expect(report.findings).toEqual([]);
    expect(report.summary).toMatchObject({ lockClasses: 200_000, dependencies: 199_999 });
  }, 60_000);

  it("of 200,000 locks in a ring has the one deadlock", () => {
    const locks = numbered(200_000);
    const report = analyze({
      manifests: [driver(locks, [...pairs(locks), [locks[199_999], locks[0]]])],
      policy: POLICY,
    });
    expect(report.findings.map(({ rule, locks: { length } }) => [rule, length])).toEqual([
      ["lock-order", 200_000],
    ]);
    expect(report.leftOut).toBeUndefined();
  }, 60_000);
});

describe("a long way", () => {
  it("from a lock taken in an interrupt to one taken with interrupts on is told, without a table that wide", () => {
    const locks = numbered(20_000);
    const ends = [
      { name: "irq", pos, contexts: ["hardirq"], steps: [{ ...lock, lock: locks[0] }] },
      { name: "thread", pos, contexts: ["process"], steps: [{ ...lock, lock: locks[19_999] }] },
    ] as const;
    const report = analyze({ manifests: [driver(locks, pairs(locks), "save", ends)], policy: POLICY });
    expect(report.findings.map(({ rule, locks: { length } }) => [rule, length])).toEqual([
      ["irq-inversion", 20_000],
    ]);
    expect(report.findings[0].schedule).toEqual([]);
  }, 60_000);
});

describe("ten locks taken in every order", () => {
  const locks = numbered(10);
  const everyPair = locks.flatMap((outer) =>
    locks.filter((inner) => inner !== outer).map((inner) => [outer, inner]),
  );
  const report = analyze({ manifests: [driver(locks, everyPair)], policy: POLICY });

  it("give the shortest cycle through each dependency", () => {
    expect(
      report.findings.every(({ rule, locks: { length } }) => rule === "lock-order" && length === 2),
    ).toBe(true);
    expect(report.findings).toHaveLength(45);
  });

  it("and say that there are more", () => {
    expect(report.leftOut).toEqual({ components: 1, locks: 10, dependencies: 0 });
  });
});

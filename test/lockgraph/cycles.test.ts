import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { strongComponents } from "../../src/lockgraph/components.js";
import { isStrong, listCycles, rotate } from "../../src/lockgraph/cycles.js";
import { ARRIVED_N, ARRIVED_R, EN, ER, SN, SR } from "../../src/lockgraph/kinds.js";
import { allStrongCycles, canBeStrong, graphOf, graphs, shortestClosedPath } from "./models.js";

const ALL = { perComponent: Number.POSITIVE_INFINITY, effort: Number.POSITIVE_INFINITY, shortest: 0 };
const sorted = (cycles: readonly (readonly number[])[]) => cycles.map((cycle) => cycle.join(" ")).sort();

describe("strong cycles", () => {
  it("are all listed, each once, whatever the kinds of their dependencies", () => {
    fc.assert(
      fc.property(graphs(5, 14), ({ drawn, graph }) => {
        const { cycles, leftOut } = listCycles(graph, strongComponents(graph), ALL);
        expect(sorted(cycles)).toEqual(sorted(allStrongCycles(5, drawn)));
        expect(leftOut).toBeUndefined();
      }),
      { numRuns: 1500 },
    );
  });

  it("are listed once where two classes wait for each other both by writers and by recursive readers", () => {
    const both = SN | ER;
    const graph = graphOf(3, [
      { from: 0, to: 1, kinds: both },
      { from: 1, to: 0, kinds: both },
      { from: 0, to: 2, kinds: ER },
    ]);
    expect(listCycles(graph, strongComponents(graph)).cycles).toEqual([[0, 1]]);
  });

  it("exist just where components say so, and just on the dependencies that they say", () => {
    fc.assert(
      fc.property(graphs(5, 14), ({ drawn, graph }) => {
        const strong = strongComponents(graph);
        expect(strong.cyclic).toBe(allStrongCycles(5, drawn).length > 0);
        for (let from = 0; from < graph.size; from++) {
          for (let edge = graph.rows[from]; edge < graph.rows[from + 1]; edge++) {
            const onCycle = strong.onCycle(from, edge, ARRIVED_N) || strong.onCycle(from, edge, ARRIVED_R);
            expect(onCycle).toBe(shortestClosedPath(drawn, from, graph.targets[edge]) > 0);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("are told from closed paths that are not strong", () => {
    fc.assert(
      fc.property(
        graphs(4, 10),
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 2 }),
        ({ drawn, graph }, cycle) => {
          expect(isStrong(graph, cycle)).toBe(canBeStrong(drawn, cycle));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("need a writer or a blocking reader somewhere: readers that all may recurse never wait", () => {
    const ring = (kinds: number) =>
      graphOf(
        3,
        [0, 1, 2].map((from) => ({ from, to: (from + 1) % 3, kinds })),
      );
    expect(strongComponents(ring(SR)).cyclic).toBe(false);
    for (const kinds of [EN, ER, SN]) expect(strongComponents(ring(kinds)).cyclic).toBe(true);
  });

  it("begin with their smallest class", () => {
    expect(rotate([3, 1, 2])).toEqual([1, 2, 3]);
  });
});

describe("a component with too many cycles", () => {
  const pairs = (size: number) =>
    [...Array(size).keys()].flatMap((from) => [...Array(size).keys()].map((to) => ({ from, to, kinds: EN })));

  it("has the shortest cycle through each dependency shown, and says what that leaves out", () => {
    const graph = graphOf(10, pairs(10));
    const { cycles, leftOut } = listCycles(graph, strongComponents(graph));
    expect(cycles).toHaveLength(45);
    expect(cycles.every((cycle) => cycle.length === 2)).toBe(true);
    expect(leftOut).toEqual({ components: 1, locks: 10, dependencies: 0 });
  });

  it("counts the dependencies for which it shows no cycle", () => {
    const graph = graphOf(10, pairs(10));
    const limits = { perComponent: 10, effort: 0, shortest: 5 };
    const { cycles, leftOut } = listCycles(graph, strongComponents(graph), limits);
    expect(cycles).toHaveLength(5);
    expect(leftOut).toEqual({ components: 1, locks: 10, dependencies: 90 - 2 * 5 });
  });

  it("shows only strong cycles, and of a dependency on one no other than a shortest", () => {
    fc.assert(
      fc.property(graphs(6, 24), ({ drawn, graph }) => {
        const limits = { perComponent: 0, effort: 0, shortest: 100 };
        const shown = listCycles(graph, strongComponents(graph), limits);
        const all = allStrongCycles(6, drawn);
        expect(sorted(all)).toEqual(expect.arrayContaining(sorted(shown.cycles)));
        expect(shown.leftOut === undefined).toBe(all.length === 0);
        for (let from = 0; from < graph.size; from++) {
          for (let edge = graph.rows[from]; edge < graph.rows[from + 1]; edge++) {
            const to = graph.targets[edge];
            const passes = (cycle: readonly number[]) =>
              cycle.some((node, i) => node === from && cycle[(i + 1) % cycle.length] === to);
            const lengths = all.filter(passes).map(({ length }) => length);
            const shortest = shown.cycles.filter(passes).map(({ length }) => length);
            if (Math.min(...lengths) === shortestClosedPath(drawn, from, to))
              expect(Math.min(...shortest)).toBe(Math.min(...lengths));
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("however long", () => {
  const LENGTH = 200_000;
  const chain = [...Array(LENGTH - 1).keys()].map((from) => ({ from, to: from + 1, kinds: EN }));

  it("a chain of 200,000 locks is no cycle", () => {
    const graph = graphOf(LENGTH, chain);
    expect(listCycles(graph, strongComponents(graph))).toEqual({ cycles: [] });
  });

  it("a ring of 200,000 locks is one, of either numbering", () => {
    const ring = [...chain, { from: LENGTH - 1, to: 0, kinds: ER }];
    const backwards = ring.map(({ from, to, kinds }) => ({ from: to, to: from, kinds }));
    for (const drawn of [ring, backwards]) {
      const graph = graphOf(LENGTH, drawn);
      const { cycles, leftOut } = listCycles(graph, strongComponents(graph));
      expect(cycles.map(({ length }) => length)).toEqual([LENGTH]);
      expect(leftOut).toBeUndefined();
    }
  });
});

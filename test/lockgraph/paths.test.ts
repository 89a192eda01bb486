import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { edgeOf } from "../../src/lockgraph/graph.js";
import { ARRIVED_N, ARRIVED_R, EN, ER, SN, SR } from "../../src/lockgraph/kinds.js";
import { PathSearch } from "../../src/lockgraph/paths.js";
import { type Drawn, graphs, isStrongPath, kindsOf } from "./models.js";

/** The length of the shortest strong walk, from an assumed kind before its first dependency; 0 where there is none. */
function shortestWalk(drawn: readonly Drawn[], from: number, before: number, to: number): number {
  const kinds = kindsOf(drawn);
  let level = [{ at: from, last: before }];
  const seen = new Set<string>();
  for (let length = 1; level.length > 0; length++) {
    level = level.flatMap(({ at, last }) =>
      [...kinds].flatMap(([pair, set]) => {
        const [a, b] = pair.split(" ").map(Number);
        if (a !== at) return [];
        return [EN, ER, SN, SR]
          .filter((kind) => set & kind && isStrongPath([last, kind]) && !seen.has(`${pair} ${kind}`))
          .map((kind) => {
            seen.add(`${pair} ${kind}`);
            return { at: b, last: kind };
          });
      }),
    );
    if (level.some(({ at }) => at === to)) return length;
  }
  return 0;
}

describe("strong paths", () => {
  it.each([
    ["a blocking acquisition", ARRIVED_N, EN],
    ["recursive reads alone", ARRIVED_R, ER],
  ])("from a class arrived at by %s are found, shortest first", (_, arrived, before) => {
    fc.assert(
      fc.property(graphs(5, 14), ({ drawn, graph }) => {
        const search = new PathSearch(graph);
        for (let from = 0; from < 5; from++) {
          for (let to = 0; to < 5; to++) {
            if (from === to) continue;
            const path = search.shortest(from, arrived, (node) => node === to);
            expect((path?.length ?? 1) - 1).toBe(shortestWalk(drawn, from, before, to));
            path?.forEach((node, i) => {
              if (i > 0) expect(edgeOf(graph, path[i - 1], node)).toBeGreaterThanOrEqual(0);
            });
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("do not lead through classes that are refused", () => {
    fc.assert(
      fc.property(graphs(5, 14), fc.integer({ min: 0, max: 4 }), ({ drawn, graph }, wall) => {
        const search = new PathSearch(graph);
        const without = drawn.filter(({ from }) => from !== wall);
        for (let to = 1; to < 5; to++) {
          if (wall === 0) continue;
          const path = search.shortest(
            0,
            ARRIVED_N,
            (node) => node === to,
            (node) => node !== wall,
          );
          expect((path?.length ?? 1) - 1).toBe(shortestWalk(without, 0, EN, to));
        }
      }),
      { numRuns: 300 },
    );
  });
});

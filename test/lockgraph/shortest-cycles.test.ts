import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { strongComponents } from "../../src/lockgraph/components.js";
import { coreOf } from "../../src/lockgraph/core.js";
import { edgeOf, type Graph } from "../../src/lockgraph/graph.js";
import { hubsOf } from "../../src/lockgraph/hubs.js";
import { ARRIVED_N, ARRIVED_R, BLOCKED, EN, ER, SN, step } from "../../src/lockgraph/kinds.js";
import { Nearby } from "../../src/lockgraph/nearby.js";
import { ClosedPaths, shortestCycleLengths } from "../../src/lockgraph/shortest-cycles.js";
import { type Drawn, graphOf, graphs, PLAIN, shortestClosedPath } from "./models.js";

function* edgesOf({ size, rows, targets }: Graph) {
  for (let from = 0; from < size; from++)
    for (let edge = rows[from]; edge < rows[from + 1]; edge++) yield { from, edge, to: targets[edge] };
}

/** Lengths by one plain breadth-first search a dependency. */
function lengthsOneByOne(graph: Graph): number[] {
  return [...edgesOf(graph)].map(({ from, edge }) => {
    const found = [ARRIVED_N, ARRIVED_R].map((arrived) => wayRound(graph, from, edge, arrived));
    return Math.min(...found.filter((length) => length > 0), Number.POSITIVE_INFINITY);
  });
}

function wayRound(
  { size, rows, targets, kinds }: Graph,
  from: number,
  edge: number,
  arrived: number,
): number {
  const first = step(arrived, kinds[edge]);
  if (first === BLOCKED) return 0;
  const distance = new Int32Array(2 * size);
  const queue = [2 * targets[edge] + first];
  distance[queue[0]] = 1;
  for (const state of queue) {
    if (state >> 1 === from && (state & 1) <= arrived) return distance[state];
    for (let e = rows[state >> 1]; e < rows[(state >> 1) + 1]; e++) {
      const arrives = step(state & 1, kinds[e]);
      const next = 2 * targets[e] + arrives;
      if (arrives === BLOCKED || distance[next] > 0) continue;
      distance[next] = distance[state] + 1;
      queue.push(next);
    }
  }
  return 0;
}

/** A source of numbers that a seed makes the same every time. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function expectShortest(drawn: readonly Drawn[], size: number): Graph {
  const graph = graphOf(size, drawn);
  const lengths = [...shortestCycleLengths(graph, strongComponents(graph))];
  expect(lengths.map((length) => length || Number.POSITIVE_INFINITY)).toEqual(lengthsOneByOne(graph));
  return graph;
}

describe("the shortest strong closed path through each dependency", () => {
  it("is as short as trying all of them finds", () => {
    for (const kinds of [undefined, PLAIN]) {
      fc.assert(
        fc.property(graphs(6, 24, kinds), ({ drawn, graph }) => {
          const lengths = shortestCycleLengths(graph, strongComponents(graph));
          for (const { from, to, edge } of edgesOf(graph))
            expect(lengths[edge]).toBe(shortestClosedPath(drawn, from, to));
        }),
        { numRuns: 500 },
      );
    }
  });

  it("is told class by class, the first of several, and is strong", () => {
    fc.assert(
      fc.property(graphs(6, 24), ({ graph }) => {
        const strong = strongComponents(graph);
        const lengths = shortestCycleLengths(graph, strong);
        const paths = new ClosedPaths(graph, strong);
        for (const { from, edge, to } of edgesOf(graph)) {
          const path = paths.through(from, edge);
          expect(path?.length ?? 0).toBe(lengths[edge]);
          if (path === undefined) continue;
          expect([path[0], path[path.length - 1]]).toEqual([to, from]);
          const around = path.map((node, i) => graph.kinds[edgeOf(graph, node, path[(i + 1) % path.length])]);
          const walked = (arrived: number) =>
            around.reduce((how, kinds) => (how === BLOCKED ? how : step(how, kinds)), arrived);
          expect(walked(ARRIVED_N) === ARRIVED_N || walked(ARRIVED_R) !== BLOCKED).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("prefers, among equally short ones, that with the smaller classes", () => {
    const graph = graphOf(
      6,
      [
        [0, 1],
        [1, 3],
        [1, 2],
        [3, 5],
        [2, 5],
        [5, 0],
      ].map(([from, to]) => ({ from, to, kinds: EN })),
    );
    expect(new ClosedPaths(graph, strongComponents(graph)).through(0, edgeOf(graph, 0, 1))).toEqual([
      1, 2, 5, 0,
    ]);
  });

  it("may pass a class twice, where going round once more turns a recursive read into one that blocks", () => {
    const edges = [
      { from: 0, to: 1, kinds: ER },
      { from: 1, to: 2, kinds: EN },
      { from: 2, to: 1, kinds: EN },
      { from: 1, to: 0, kinds: SN },
    ];
    const graph = graphOf(3, edges);
    const strong = strongComponents(graph);
    expect(new ClosedPaths(graph, strong).through(0, edgeOf(graph, 0, 1))).toEqual([1, 2, 1, 0]);
  });

  describe.each([
    ["at random, one component", (next: (below: number) => number) => [next(700), next(700)]],
    ["nearby classes, many components", (next: (below: number) => number) => around(next(700), next)],
    [
      "one order, and a few against it",
      (next: (below: number) => number) => ordered(next(700), next(700), next(300)),
    ],
  ])("over thousands of dependencies: %s", (_, pair) => {
    it.each([EN, EN | ER, undefined])("of kinds %s", (only) => {
      const next = random(only ?? 0);
      const drawn = Array.from({ length: 3000 }, () => {
        const [from, to] = pair(next);
        return { from, to, kinds: only ?? 1 + next(15) };
      });
      expectShortest(drawn, 700);
    });
  });

  it("is found through hubs, where few dependencies close long cycles", () => {
    const next = random(7);
    const forward = Array.from({ length: 5500 }, () => ordered(next(500), next(500), 1));
    const drawn = [...forward, [499, 0], [490, 3]].map(([from, to]) => ({ from, to, kinds: EN }));
    const graph = expectShortest(drawn, 500);
    expect(hubsOf(coreOf(graph, strongComponents(graph)))).not.toEqual([]);
  });

  it("is found without lists of what is two steps away, where these would be too long", () => {
    const next = random(3);
    const star = [...Array(400).keys()].flatMap((leaf) => [
      [leaf + 1, 0],
      [0, leaf + 1],
      [leaf + 1, 1 + next(400)],
    ]);
    const graph = expectShortest(
      star.map(([from, to]) => ({ from, to, kinds: EN })),
      401,
    );
    expect(Nearby.of(coreOf(graph, strongComponents(graph)))).toBeUndefined();
  });
});

/** Two classes in order, but one in so many times the other way round. */
function ordered(a: number, b: number, chance: number): [number, number] {
  const [low, high] = a < b ? [a, b] : [b, a];
  return chance === 0 ? [high, low] : [low, high];
}

function around(from: number, next: (below: number) => number): [number, number] {
  return [from, Math.max(0, Math.min(699, from + next(8) - 3))];
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { edgeOf, type Graph, GraphBuilder, reverse } from "../../src/lockgraph/graph.js";
import { graphs, kindsOf } from "./models.js";

function dependenciesOf({ size, rows, targets, kinds }: Graph): Map<string, number> {
  const found = new Map<string, number>();
  for (let v = 0; v < size; v++)
    for (let e = rows[v]; e < rows[v + 1]; e++) found.set(`${v} ${targets[e]}`, kinds[e]);
  return found;
}

describe("a graph of dependencies", () => {
  it("has each dependency once, its kinds together, and none of a class on itself", () => {
    fc.assert(
      fc.property(graphs(6, 40), ({ drawn, graph }) => {
        expect(dependenciesOf(graph)).toEqual(kindsOf(drawn));
        expect(graph.targets).toHaveLength(kindsOf(drawn).size);
      }),
    );
  });

  it("keeps the dependencies of a class ascending, and finds each by its ends", () => {
    fc.assert(
      fc.property(graphs(8, 40), ({ graph }) => {
        for (let from = 0; from < graph.size; from++) {
          const row = [...graph.targets.subarray(graph.rows[from], graph.rows[from + 1])];
          expect(row).toEqual([...row].sort((a, b) => a - b));
          for (let to = 0; to < graph.size; to++) {
            const edge = edgeOf(graph, from, to);
            expect(edge >= 0).toBe(row.includes(to));
            if (edge >= 0) expect(graph.targets[edge]).toBe(to);
          }
        }
      }),
    );
  });

  it("turned round twice is the same again", () => {
    fc.assert(
      fc.property(graphs(8, 40), ({ graph }) => {
        const back = dependenciesOf(reverse(graph));
        expect(back.size).toBe(graph.targets.length);
        for (const [pair, kinds] of dependenciesOf(graph))
          expect(back.get(pair.split(" ").reverse().join(" "))).toBe(kinds);
        expect(dependenciesOf(reverse(reverse(graph)))).toEqual(dependenciesOf(graph));
      }),
    );
  });

  it("numbers names in the order of their first appearance", () => {
    const builder = new GraphBuilder(0);
    expect(["a", "b", "a", "c", "b"].map((name) => builder.intern(name))).toEqual([0, 1, 0, 2, 1]);
    expect(builder.names).toEqual(["a", "b", "c"]);
    builder.add(2, 0, 1);
    expect(builder.graph()).toMatchObject({ size: 3, rows: new Int32Array([0, 0, 0, 1]) });
  });
});

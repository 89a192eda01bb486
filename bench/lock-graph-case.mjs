// One lock graph, one library, in a process of its own: prints its times (ms) and memory (MB) as JSON.
// node bench/lock-graph-case.mjs fence-lockcheck|graphlib SHAPE CLASSES DEPENDENCIES
import { lockGraph } from "./synthetic.mjs";

const [library, shape, classes, dependencies] = process.argv.slice(2);

/** From names to verdict; how long each phase takes. */
const LIBRARIES = { "fence-lockcheck": fenceLockcheck, graphlib };

const input = lockGraph(shape, Number(classes), Number(dependencies));
const run = await LIBRARIES[library]();
const before = process.memoryUsage().rss;
const result = run(input);
const megabytes = Math.round((process.resourceUsage().maxRSS * 1024 - before) / 2 ** 20);
console.log(JSON.stringify({ ...result, megabytes }));

async function fenceLockcheck() {
  const { GraphBuilder } = await import("../dist/lockgraph/graph.js");
  const { strongComponents } = await import("../dist/lockgraph/components.js");
  const { shortestCycleLengths } = await import("../dist/lockgraph/shortest-cycles.js");
  const { listCycles } = await import("../dist/lockgraph/cycles.js");
  const { EN } = await import("../dist/lockgraph/kinds.js");
  return ({ names, from, to }) => {
    const lap = stopwatch();
    const builder = new GraphBuilder();
    for (let i = 0; i < from.length; i++)
      builder.add(builder.intern(names[from[i]]), builder.intern(names[to[i]]), EN);
    const graph = builder.graph();
    const build = lap();
    const strong = strongComponents(graph);
    const components = lap();
    const lengths = shortestCycleLengths(graph, strong);
    const shortest = lap();
    const { cycles } = listCycles(graph, strong);
    const list = lap();
    const onCycles = lengths.reduce((count, length) => count + (length > 0 ? 1 : 0), 0);
    return { build, components, shortest, list, onCycles, cycles: cycles.length };
  };
}

async function graphlib() {
  const { Graph, alg } = await import("@dagrejs/graphlib");
  return ({ names, from, to }) => {
    const lap = stopwatch();
    const graph = new Graph();
    for (const name of names) graph.setNode(name);
    for (let i = 0; i < from.length; i++) graph.setEdge(names[from[i]], names[to[i]]);
    const build = lap();
    try {
      const cyclic = alg.findCycles(graph).length;
      return { build, components: lap(), cyclic };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { build, overflow: lap() };
    }
  };
}

function stopwatch() {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const passed = now - last;
    last = now;
    return passed;
  };
}

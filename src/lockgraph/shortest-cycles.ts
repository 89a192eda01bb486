import { components, type StrongComponents } from "./components.js";
import { type Core, coreOf, within } from "./core.js";
import type { Graph } from "./graph.js";
import { Meeting } from "./meet.js";
import { Nearby } from "./nearby.js";

/**
 * For each dependency the length of the shortest strong closed path through it, 0 where it lies on none.
 * How, and why that is fast: strong-paths.md.
 */
export function shortestCycleLengths(graph: Graph, strong: StrongComponents): Int32Array {
  const lengths = new Int32Array(graph.targets.length);
  let core = coreOf(graph, strong);
  for (let hubs = hubsOf(core); hubs.length > 0; hubs = hubsOf(core)) {
    for (const hub of hubs) throughHub(core, hub, lengths);
    core = without(core, hubs);
  }
  throughEach(core, lengths);
  return lengths;
}

function shorten(lengths: Int32Array, dependency: number, length: number): void {
  if (lengths[dependency] === 0 || length < lengths[dependency]) lengths[dependency] = length;
}

/** The shortest cycle through each edge, each by a search of its own. */
function throughEach(core: Core, lengths: Int32Array): void {
  const { size, backRows, sources, backEdges, dependencies } = core;
  const nearby = Nearby.of(core);
  const meeting = new Meeting(core);
  for (let node = 0; node < size; node++) {
    const last = backRows[node + 1] - 1;
    nearby?.from(node);
    meeting.from(node);
    for (let i = backRows[node]; i <= last; i++) {
      const near = nearby === undefined ? -1 : nearby.distanceTo(sources[i], last - i);
      const back = near >= 0 ? near : meeting.distanceTo(sources[i], last - i);
      shorten(lengths, dependencies[backEdges[i]], back + 1);
    }
  }
}

/** Cycles tried, and how many of them a node must be on, to find hubs. */
const SAMPLES = 64;
const COMMON = 3;
/** About how many looks at each edge it takes to treat one hub: two searches, and the components of the rest. */
const HUB_COST = 8;
/** Below this many edges, searches are cheap whatever the graph looks like. */
const SMALL = 2048;

/**
 * Nodes that so many long cycles share that it pays to treat them first: where few dependencies close the only cycles
 * of a large graph, each search for a way back would go through most of it.
 */
function hubsOf(core: Core): number[] {
  const edges = core.targets.length;
  if (edges < SMALL) return [];
  const meeting = new Meeting(core);
  const cycles: number[][] = [];
  for (let i = 0; i < SAMPLES; i++) {
    const sample = Math.floor((i + 0.5) * (edges / SAMPLES));
    meeting.from(core.targets[core.backEdges[sample]]);
    meeting.distanceTo(core.sources[sample]);
    cycles.push(meeting.path());
  }
  const hubs: number[] = [];
  for (let left = cycles; ; ) {
    const { node, count } = mostCommon(left);
    const worth = count >= COMMON && (HUB_COST * SAMPLES) / count < meeting.effort / SAMPLES;
    if (!worth) return hubs;
    hubs.push(node);
    left = left.filter((cycle) => !cycle.includes(node));
  }
}

function mostCommon(cycles: readonly (readonly number[])[]): { node: number; count: number } {
  const counts = new Map<number, number>();
  let best = { node: -1, count: 0 };
  for (const cycle of cycles) {
    for (const node of cycle) {
      const count = (counts.get(node) ?? 0) + 1;
      counts.set(node, count);
      if (count > best.count) best = { node, count };
    }
  }
  return best;
}

/** The shortest cycles through one node: from it to each edge, and from there back. */
function throughHub(core: Core, hub: number, lengths: Int32Array): void {
  const { size, rows, targets, backRows, sources, dependencies } = core;
  const there = distances(size, rows, targets, hub);
  const back = distances(size, backRows, sources, hub);
  for (let v = 0; v < size; v++) {
    if (there[v] < 0) continue;
    for (let e = rows[v]; e < rows[v + 1]; e++)
      shorten(lengths, dependencies[e], there[v] + 1 + back[targets[e]]);
  }
}

function distances(size: number, rows: Int32Array, next: Int32Array, origin: number): Int32Array {
  const distance = new Int32Array(size).fill(-1);
  const queue = new Int32Array(size);
  let tail = 0;
  distance[origin] = 0;
  queue[tail++] = origin;
  for (let head = 0; head < tail; head++) {
    const node = queue[head];
    for (let e = rows[node]; e < rows[node + 1]; e++) {
      if (distance[next[e]] >= 0) continue;
      distance[next[e]] = distance[node] + 1;
      queue[tail++] = next[e];
    }
  }
  return distance;
}

/** The core of what is left when these nodes are gone. */
function without(core: Core, nodes: readonly number[]): Core {
  const { size, rows, targets } = core;
  const gone = new Uint8Array(size);
  for (const node of nodes) gone[node] = 1;
  const component = components(
    size,
    (v) => (gone[v] ? 0 : rows[v + 1] - rows[v]),
    (v, i) => (gone[targets[rows[v] + i]] ? -1 : targets[rows[v] + i]),
  );
  return within(core, component);
}

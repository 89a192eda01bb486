import { components } from "./components.js";
import { type Core, within } from "./core.js";
import { Meeting } from "./meet.js";

/** Cycles tried, and how many of them a node must be on to be a hub. */
const SAMPLES = 64;
const COMMON = 3;
/** About how many looks at each edge one hub takes: two searches, and the components of what is left. */
const HUB_COST = 8;
/** Below this many edges, searches are cheap whatever the graph looks like. */
const SMALL = 2048;

/**
 * Nodes that so many long cycles share that it pays to treat them first: where few dependencies close all the cycles of
 * a large graph, each search for a way back would go through most of it.
 */
export function hubsOf(core: Core): number[] {
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
    const pays = count >= COMMON && (HUB_COST * SAMPLES) / count < meeting.effort / SAMPLES;
    if (!pays) return hubs;
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

/** The shortest cycles through one node: from it to each edge, and from there back. Shortens `lengths` by them. */
export function throughHub(core: Core, hub: number, lengths: Int32Array): void {
  const { size, rows, targets, backRows, sources, dependencies } = core;
  const there = distances(size, rows, targets, hub);
  const back = distances(size, backRows, sources, hub);
  for (let v = 0; v < size; v++) {
    if (there[v] < 0) continue;
    for (let e = rows[v]; e < rows[v + 1]; e++) {
      const length = there[v] + 1 + back[targets[e]];
      const known = lengths[dependencies[e]];
      if (known === 0 || length < known) lengths[dependencies[e]] = length;
    }
  }
}

function distances(size: number, rows: Int32Array, ends: Int32Array, origin: number): Int32Array {
  const distance = new Int32Array(size).fill(-1);
  const queue = new Int32Array(size);
  let tail = 0;
  distance[origin] = 0;
  queue[tail++] = origin;
  for (let head = 0; head < tail; head++) {
    const node = queue[head];
    for (let e = rows[node]; e < rows[node + 1]; e++) {
      if (distance[ends[e]] >= 0) continue;
      distance[ends[e]] = distance[node] + 1;
      queue[tail++] = ends[e];
    }
  }
  return distance;
}

/** What is left of a core on cycles when these nodes are gone. */
export function without(core: Core, nodes: readonly number[]): Core {
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

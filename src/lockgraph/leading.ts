import type { LockClass } from "../link/program.js";
import { SUBCLASSES } from "../trace/state.js";
import { type Graph, reverse } from "./graph.js";
import type { GraphClass } from "./usage.js";

/** Which classes are held while somebody waits, in the end, for a lock: 1 by number. Each lock is looked at once. */
export type LeadingTo = (lock: LockClass) => Uint8Array;

/**
 * @param indexOf the number of a class by its key, where it takes part
 */
export function leadingTo(
  classes: readonly GraphClass[],
  graph: Graph,
  indexOf: (key: number) => number | undefined,
): LeadingTo {
  const known = new Map<LockClass, Uint8Array>();
  let back: Graph | undefined;
  // What waits for a fence waits for somebody else's signal.
  const passes = (node: number) => !classes[node].name.startsWith("signal(");
  return (lock) => {
    let found = known.get(lock);
    if (found !== undefined) return found;
    back ??= reverse(graph);
    const { rows, targets } = back;
    found = new Uint8Array(classes.length);
    known.set(lock, found);
    const open: number[] = [];
    for (let subclass = 0; subclass < SUBCLASSES; subclass++) {
      const node = indexOf(lock.id * SUBCLASSES + subclass);
      if (node !== undefined && passes(node)) open.push(node);
    }
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (let e = rows[node]; e < rows[node + 1]; e++) {
        const source = targets[e];
        if (found[source] === 1) continue;
        found[source] = 1;
        if (passes(source)) open.push(source);
      }
    }
    return found;
  };
}

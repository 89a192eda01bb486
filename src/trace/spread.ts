/**
 * Whether something holds of a node, or of one that it leads to. Also through circles, and however far away: without
 * recursion, since a chain of calls may be longer than the stack is deep.
 * @param known what has been found of other nodes; this one, and all that it leads to, are added
 * @param look shows where a node leads, and tells whether it holds of the node itself
 */
export function spreads<T>(
  from: T,
  known: Map<T, boolean>,
  look: (node: T, leadsTo: (other: T) => void) => boolean,
): boolean {
  const found = known.get(from);
  if (found !== undefined) return found;
  known.set(from, false);
  const fresh = [from];
  const cameFrom = new Map<T, T[]>();
  const holds: T[] = [];
  for (const node of fresh) {
    let here = false;
    const itself = look(node, (other) => {
      const before = known.get(other);
      if (before === undefined) {
        known.set(other, false);
        fresh.push(other);
      }
      if (before === true) here = true;
      const sources = cameFrom.get(other);
      if (sources === undefined) cameFrom.set(other, [node]);
      else sources.push(node);
    });
    if (itself || here) holds.push(node);
  }
  for (let node = holds.pop(); node !== undefined; node = holds.pop()) {
    if (known.get(node) === true) continue;
    known.set(node, true);
    holds.push(...(cameFrom.get(node) ?? []));
  }
  return known.get(from) === true;
}

import { edgeOf } from "../lockgraph/graph.js";
import { ARRIVED_N } from "../lockgraph/kinds.js";
import { SUBCLASSES } from "../trace/state.js";
import type { Finding } from "./finding.js";
import { type Check, type CheckInput, finding } from "./input.js";
import { dependencyOf } from "./lock-order.js";
import { cycleSchedule } from "./schedule.js";
import { subjectOf } from "./subject.js";
import { whose } from "./words.js";

/**
 * The documented order of the framework's locks (dma-resv.c, dma_resv_lockdep(), primes lockdep with it at boot): a
 * path of dependencies from an inner lock to an outer one contradicts it, even where no driver takes them in order.
 */
export const declaredOrder: Check = (input) => {
  const found = new Map<string, Finding>();
  for (const order of input.program.order) {
    const indices = order.map((lock) => input.locks.indexOf(lock.id * SUBCLASSES));
    for (let inner = 1; inner < order.length; inner++) {
      const from = indices[inner];
      if (from === undefined) continue;
      const outer = new Set(indices.slice(0, inner).filter((index) => index !== undefined));
      const others = new Set(indices.filter((index) => index !== undefined));
      input.search.each(from, ARRIVED_N, (node, _arrived, path) => {
        if (outer.has(node)) {
          const problem = report(
            input,
            path(),
            order.map((lock) => lock.name),
          );
          found.set(problem.id, problem);
        }
        return !others.has(node);
      });
    }
  }
  return [...found.values()];
};

function report({ locks }: CheckInput, path: readonly number[], order: readonly string[]): Finding {
  const names = path.map((index) => locks.classes[index].name);
  const links = path.slice(1).map((to, i) => {
    const dependency = locks.dependency(path[i], to);
    const kinds = locks.graph.kinds[edgeOf(locks.graph, path[i], to)];
    const kind = [1, 4, 2, 8].find((bit) => kinds & bit) ?? 1;
    const source = dependency?.evidence.get(kind);
    if (dependency === undefined || source === undefined)
      throw new Error(`no evidence on the way ${names.join(" -> ")}`);
    return { dependency, kind, evidence: source() };
  });
  const subject = subjectOf(
    links.map(({ evidence: { held, acquisition } }) => ({ place: acquisition, held })),
  );
  const [inner, outer] = [names[0], names[names.length - 1]];
  return finding({
    rule: "declared-order",
    certainty: "possible",
    message: `${whose(subject, inner)}: ${outer} is taken under ${inner} (${names.join(" -> ")}), against the documented order ${order.join(" > ")}`,
    help: `take ${outer} before ${inner}, or not at all where ${inner} is held`,
    ...subject,
    locks: names,
    dependencies: links.map((link) => dependencyOf(locks, link)),
    schedule: cycleSchedule(links, locks),
  });
}

import type { LockClass } from "../link/program.js";
import { edgeOf } from "../lockgraph/graph.js";
import { ARRIVED_N, EN, ER, kindOf, SN, SR } from "../lockgraph/kinds.js";
import { SUBCLASSES } from "../trace/state.js";
import type { CycleLink } from "./cycles.js";
import { otherSignaller } from "./fence-wait.js";
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
          const names = order.map((lock) => lock.name);
          for (const links of ways(input, path())) {
            const problem = report(input, links, names);
            if (!found.has(problem.id)) found.set(problem.id, problem);
          }
        }
        return !others.has(node);
      });
    }
  }
  return [...found.values()];
};

/**
 * Whether a dependency contradicts a documented order by itself: it is told here, and what it is a part of need not be.
 * As dma_resv_lockdep() does, an order primes the locks without a subclass.
 */
export function contradicts({ program, locks }: CheckInput, from: number, to: number): boolean {
  const placeIn = (order: readonly LockClass[], index: number) =>
    order.findIndex((lock) => lock.id * SUBCLASSES === locks.classes[index].key);
  return program.order.some((order) => {
    const place = placeIn(order, to);
    return place >= 0 && place < placeIn(order, from);
  });
}

/**
 * The ways in which a path comes about. One lock of the order taken right under another is each driver's own fault:
 * each has a way of its own, so that one that is known does not hide another.
 */
function ways({ locks }: CheckInput, path: readonly number[]): CycleLink[][] {
  const [from, to] = path;
  const direct = locks.dependency(from, to);
  if (path.length === 2 && direct !== undefined) {
    const [outer, inner] = [locks.classes[from].key, locks.classes[to].key];
    const taken = locks.occurrences.all(outer, inner).map((way) => {
      const evidence = way.evidence();
      return [{ dependency: direct, kind: kindOf(evidence.held.mode, evidence.mode), evidence }];
    });
    // Nobody holds a completion: what leads up to it is no such place.
    if (taken.length > 0) return taken;
  }
  return [
    path.slice(1).map((next, i) => {
      const kinds = locks.graph.kinds[edgeOf(locks.graph, path[i], next)];
      const kind = [EN, SN, ER, SR].find((bit) => kinds & bit) ?? EN;
      return { kind, ...locks.evidence(path[i], next, kind) };
    }),
  ];
}

function report({ locks }: CheckInput, links: readonly CycleLink[], order: readonly string[]): Finding {
  const on = links.map(({ dependency }) => dependency.from);
  const last = links[links.length - 1].dependency.to;
  const names = [...on, last].map((index) => locks.classes[index].name);
  const subject = subjectOf(
    links.map(({ evidence: { held, acquisition } }) => ({ place: acquisition, held })),
  );
  const [inner, outer] = [names[0], names[names.length - 1]];
  // Where the path leads through a wait that somebody ends all the same, it holds nobody up.
  const other = otherSignaller(locks, on, last);
  const draft = finding({
    rule: "declared-order",
    certainty: "possible",
    message: `${whose(subject, inner)}: ${outer} is taken under ${inner} (${names.join(" -> ")}), against the documented order ${order.join(" > ")}`,
    help: `take ${outer} before ${inner}, or not at all where ${inner} is held`,
    ...subject,
    locks: names,
    detail: subject.drivers,
    dependencies: links.map((link) => dependencyOf(locks, link)),
    schedule: cycleSchedule(links, locks),
  });
  return other === undefined
    ? draft
    : { ...draft, severity: "note", message: `${draft.message}; ${other}() ends the wait without` };
}

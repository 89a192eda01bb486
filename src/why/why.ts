import { reportOf } from "../analysis/analyze.js";
import type { Examination } from "../analysis/examine.js";
import type { FindingDependency } from "../checks/finding.js";
import { leftOutOfGraph, type NamedClass, subclassesOf } from "../query/names.js";
import { type Chain, linksOf, pathNames, shortestPath } from "../query/path.js";
import { type Way, waysOf } from "../query/ways.js";
import { policyLabel } from "../report/names.js";

/** How one lock comes to be taken under another. */
export type Answer =
  /** One thread takes it with the other held: all ways in which that happens. */
  | { readonly kind: "direct"; readonly ways: readonly Way[] }
  /** No one thread does, but a chain of threads, each holding what the one before it wants. */
  | {
      readonly kind: "path";
      readonly path: readonly string[];
      /** Whether such threads can get stuck: false where only readers that do not wait for one another link it. */
      readonly strong: boolean;
      readonly links: readonly FindingDependency[];
    }
  | { readonly kind: "never" }
  /** One of the two is left out of the lock graph, which cannot tell then: for each such, why. */
  | { readonly kind: "left-out"; readonly because: readonly string[] };

/** What `why A B` tells. */
export interface Why {
  readonly schema: "fence-lockcheck/why/1";
  readonly policy: string;
  readonly from: string;
  readonly to: string;
  readonly answer: Answer;
  /** The other way round: the names along the shortest path from `to` to `from`, if there is one. */
  readonly reverse?: readonly string[];
  /** Of the two, those that nothing takes, each with its subclasses that are taken. */
  readonly neverTaken: readonly { readonly name: string; readonly subclasses: readonly string[] }[];
}

/** Every way in which `to` is taken with `from` held, or the shortest chain of dependencies that leads there. */
export function why(examination: Examination, from: NamedClass, to: NamedClass): Why {
  const { locks } = examination.checked;
  const back = between(examination, to, from);
  return {
    schema: "fence-lockcheck/why/1",
    policy: policyLabel(reportOf(examination)),
    from: from.name,
    to: to.name,
    answer: answer(examination, from, to),
    reverse: back === undefined || from.name === to.name ? undefined : pathNames(locks, back),
    neverTaken: [from, to]
      .filter((one) => one.index === undefined && leftOutOfGraph(one) === undefined)
      .map(({ name }) => ({ name, subclasses: subclassesOf(examination, name) })),
  };
}

function answer(examination: Examination, from: NamedClass, to: NamedClass): Answer {
  const { locks } = examination.checked;
  const because = new Set([from, to].map(leftOutOfGraph).filter((reason) => reason !== undefined));
  if (because.size > 0) return { kind: "left-out", because: [...because] };
  if (from.index === undefined || to.index === undefined) return { kind: "never" };
  const ways = waysOf(examination, from.index, to.index);
  if (ways.length > 0) return { kind: "direct", ways };
  const chain = between(examination, from, to);
  if (chain === undefined) return { kind: "never" };
  return { kind: "path", path: pathNames(locks, chain), strong: chain.strong, links: linksOf(locks, chain) };
}

function between({ checked }: Examination, from: NamedClass, to: NamedClass): Chain | undefined {
  if (from.index === undefined || to.index === undefined || from.index === to.index) return undefined;
  return shortestPath(checked.locks, from.index, to.index);
}

import { reportOf } from "../analysis/analyze.js";
import type { Examination } from "../analysis/examine.js";
import type { NamedClass } from "../query/names.js";
import { policyLabel } from "../report/names.js";
import { type Permission, permission } from "./allowed.js";
import { longestChains, type OrderChain } from "./chains.js";
import { condense, type Group } from "./condense.js";

/** What `order PATHS...` tells. */
export interface Order {
  readonly schema: "fence-lockcheck/order/1";
  readonly policy: string;
  /** Lock classes and groups by name, outermost first; the longest chains first. */
  readonly chains: readonly OrderChain[];
  /** Classes on cycles with one another, which have no order among themselves. */
  readonly groups: readonly Group[];
  /** Classes that are never taken with another one, nor another one with them. */
  readonly alone: readonly string[];
}

/** What `order PATHS... A B` tells. */
export interface OrderQuestion {
  readonly schema: "fence-lockcheck/order/1";
  readonly policy: string;
  readonly question: Permission;
}

/** The order in which these manifests take their locks under this policy. */
export function impliedOrder(examination: Examination): Order {
  const { groups, graph, innermostFirst } = condense(examination.checked.locks);
  const chains = longestChains(graph, innermostFirst);
  const inGroup = new Set(groups.map(({ name }) => name));
  const isAlone = (chain: OrderChain) => chain.length === 1 && !inGroup.has(chain[0]);
  return {
    schema: "fence-lockcheck/order/1",
    policy: policyLabel(reportOf(examination)),
    chains: chains.filter((chain) => !isAlone(chain)),
    groups,
    alone: chains.filter(isAlone).flat(),
  };
}

/** Whether `inner` may be taken with `outer` held. */
export function mayNest(examination: Examination, outer: NamedClass, inner: NamedClass): OrderQuestion {
  return {
    schema: "fence-lockcheck/order/1",
    policy: policyLabel(reportOf(examination)),
    question: permission(examination, outer, inner),
  };
}

import type { Policy } from "../policy/model.js";
import { type OpSite, opSites } from "./held.js";

/** What a policy holds at one place. */
export interface HeldThere {
  readonly always: readonly string[];
  readonly sometimes: readonly string[];
}

/** One difference between two policies, as data and in words. */
export type Change =
  | {
      readonly kind: "held";
      readonly op: string;
      readonly function: string;
      /** Left out where the policy does not call the op there. */
      readonly base?: HeldThere;
      readonly head?: HeldThere;
      readonly words: string;
    }
  | {
      readonly kind: "contexts";
      readonly function: string;
      readonly base: readonly string[];
      readonly head: readonly string[];
      readonly words: string;
    };

/**
 * What changed between two policies: op by op, which locks are held at each of its call sites now and then
 * (`set_deadline in dma_fence_set_deadline(): nothing -> rcu, fence.lock`), and from where consumers may call.
 */
export function policyChanges(base: Policy, head: Policy): Change[] {
  return [...heldChanges(opSites(base), opSites(head)), ...contextChanges(base, head)];
}

function heldChanges(base: readonly OpSite[], head: readonly OpSite[]): Change[] {
  const keyOf = ({ op, function: name }: OpSite) => `${op} ${name}`;
  const before = new Map(base.map((site) => [keyOf(site), site]));
  const after = new Map(head.map((site) => [keyOf(site), site]));
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((key): Change[] => {
    const [was, is] = [before.get(key), after.get(key)];
    const site = was ?? is;
    if (site === undefined || (was !== undefined && is !== undefined && same(was, is))) return [];
    const { op, function: name } = site;
    const words = `${op} in ${name}(): ${inWords(was, is)} -> ${inWords(is, was)}`;
    return [{ kind: "held", op, function: name, base: there(was), head: there(is), words }];
  });
}

function there(site: OpSite | undefined): HeldThere | undefined {
  return site && { always: site.always, sometimes: site.sometimes };
}

function same(a: OpSite, b: OpSite): boolean {
  return a.always.join() === b.always.join() && a.sometimes.join() === b.sometimes.join();
}

/** What is always held; of what a caller may hold as well, only what the other policy does not know there. */
function inWords(site: OpSite | undefined, other: OpSite | undefined): string {
  if (site === undefined) return "not called";
  const known = new Set(other === undefined ? site.sometimes : [...other.always, ...other.sometimes]);
  const locks = [
    ...site.always,
    ...site.sometimes.filter((lock) => !known.has(lock)).map((lock) => `sometimes ${lock}`),
  ];
  return locks.length === 0 ? "nothing" : locks.join(", ");
}

function contextChanges(base: Policy, head: Policy): Change[] {
  const before = new Map(base.functions.map(({ name, contexts }) => [name, contexts]));
  return head.functions.flatMap(({ name, contexts }): Change[] => {
    const was = before.get(name);
    if (was === undefined || was.join() === contexts.join()) return [];
    const words = `${name}(): called by ${callers(was)} -> ${callers(contexts)}`;
    return [{ kind: "contexts", function: name, base: was, head: contexts, words }];
  });
}

function callers(contexts: readonly string[]): string {
  return contexts.length === 0 ? "the fence's owner only" : `any consumer in ${contexts.join(", ")}`;
}

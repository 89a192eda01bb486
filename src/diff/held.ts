import type { LockKind } from "../manifest/words.js";
import type { Policy, PolicyFunction, WhatIf } from "../policy/model.js";
import { compare } from "../source/compare.js";
import { type Frame, type Site, walk } from "./walk.js";

/** A function of a policy that calls an op, with the locks that it and its callers hold there. */
export interface OpSite {
  readonly op: string;
  readonly function: string;
  /** Held in every way of getting there, in the order they are taken. */
  readonly always: readonly string[];
  /** Held in some ways only: a caller's. */
  readonly sometimes: readonly string[];
}

/**
 * What a policy holds around each op: a call site for each op and each function that calls it, with what the function
 * and its callers within the policy hold there. Callbacks count as an op named `callbacks`.
 *
 * A function that may be called from anywhere is entered with nothing held; one that only others of the policy call,
 * with what those hold. What a function `needs` it is taken to have: drivers, too, call it that way.
 */
export function opSites(policy: Policy): OpSite[] {
  const sites = new Map<string, { op: string; function: string; ways: string[][] }>();
  const record = ({ op, function: name, held }: Site): void => {
    const key = `${op} ${name}`;
    const site = sites.get(key) ?? { op, function: name, ways: [] };
    site.ways.push(readable(held, policy));
    sites.set(key, site);
  };
  const functions = new Map(policy.functions.map((fn) => [fn.name, fn]));
  const frame: Frame = {
    functions,
    hold: byOp(policy.hold),
    drop: byOp(policy.drop),
    record,
    done: new Map(),
  };
  for (const root of roots(policy.functions)) walk(root, [], frame);
  return [...sites.values()]
    .map(({ ways, ...site }) => ({ ...site, ...common(ways) }))
    .sort((a, b) => compare(a.op, b.op) || compare(a.function, b.function));
}

function common(ways: readonly (readonly string[])[]): Pick<OpSite, "always" | "sometimes"> {
  const [first] = ways;
  const always = first.filter((lock) => ways.every((way) => way.includes(lock)));
  const others = new Set(ways.flat().filter((lock) => !always.includes(lock)));
  return { always, sometimes: [...others].sort() };
}

/** Whom consumers call, and whom nobody in the policy calls: drivers do. */
function roots(functions: readonly PolicyFunction[]): PolicyFunction[] {
  const called = new Set<string>();
  const note = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(note);
    else if (typeof value === "object" && value !== null) {
      if ("kind" in value && value.kind === "call" && "call" in value) called.add(String(value.call));
      Object.values(value).forEach(note);
    }
  };
  for (const { steps } of functions) note(steps);
  return functions.filter(({ name, contexts }) => contexts.length > 0 || !called.has(name));
}

function byOp(whatIfs: readonly WhatIf[]): Map<string, string[]> {
  const locks = new Map<string, string[]>();
  for (const { op, lock } of whatIfs) locks.set(op, [...(locks.get(op) ?? []), lock]);
  return locks;
}

/** A lock that is held twice is told as such, unless its kind may be taken again without harm. */
function readable(held: readonly string[], { locks }: Policy): string[] {
  const shown: string[] = [];
  for (const name of held) {
    const kind: LockKind | undefined = locks.find((lock) => lock.name === name)?.kind;
    if (!shown.includes(name)) shown.push(name);
    else if (kind !== "rcu" && kind !== "srcu" && kind !== "map" && !shown.includes(`${name} again`))
      shown.push(`${name} again`);
  }
  return shown;
}

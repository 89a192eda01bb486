import type { ChainLink, Finding } from "../checks/finding.js";
import type { Step } from "../manifest/model.js";
import { opsOf } from "../manifest/steps.js";
import type { Policy, WhatIf } from "../policy/model.js";
import { releases, withoutRelease } from "./acquisitions.js";
import { editAt, find } from "./bodies.js";
import type { Candidate, Code } from "./model.js";
import { editList } from "./steps.js";
import { placeOfLink } from "./words.js";

/**
 * Calls an op without a lock that the framework holds around it: leaves out a `hold` or the lock that a function of
 * the policy takes for the op, or else lets it go around the call.
 */
export function dropCandidates(code: Code, finding: Finding): Candidate[] {
  return finding.dependencies.flatMap(({ held, evidence: { chain } }) => {
    const last = chain.length - 1;
    const taken = new Set([held ?? last, last].filter((index) => index >= 0));
    return [...taken].flatMap((index) => [
      ...unheld(code, chain[index]),
      ...untaken(code, chain[index]),
      ...letGo(code, chain, index),
    ]);
  });
}

/** A what-if: the place of its acquisition is the op's own step. */
function unheld({ policy }: Code, link: ChainLink): Candidate[] {
  const found = find({ manifests: [], policy }, link);
  const { step } = found ?? {};
  if (step?.kind !== "op" || !/lock /.test(link.action)) return [];
  return policy.hold
    .filter(({ op }) => op === step.op)
    .map((hold) => ({
      kind: "drop",
      about: `hold ${hold.op} ${hold.lock}`,
      change: `do not hold ${hold.lock} around ->${hold.op}`,
      at: placeOfLink(link),
      apply: (given) => ({
        ...given,
        policy: { ...given.policy, hold: given.policy.hold.filter((other) => !isSame(other, hold)) },
      }),
    }));
}

function isSame(a: WhatIf, b: WhatIf): boolean {
  return a.op === b.op && a.lock === b.lock;
}

/** The policy's own lock, where it is taken for ops. */
function untaken(code: Code, link: ChainLink): Candidate[] {
  const found = find({ ...code, manifests: [] }, link);
  if (found?.step.kind !== "lock") return [];
  const { lock } = found.step;
  const ops = new Set<string>();
  editList(found.body.steps, link.manifest, (list, index) => {
    const under = found.step.kind === "lock" ? found.step.steps : undefined;
    for (const op of opsOf(under ?? list.slice(index + 1))) ops.add(op);
    return undefined;
  });
  if (ops.size === 0) return [];
  const names = [...ops].map((op) => `->${op}`).join(" and ");
  return [
    {
      kind: "drop",
      about: `untake ${lock} ${names}`,
      change: `do not take ${lock} around ${names} in ${found.body.name}()`,
      at: placeOfLink(link),
      size: sizeOf(code.policy, found.step),
      apply: (given) =>
        editAt(given, link, (steps) =>
          editList(steps, link.manifest, (list, index) => {
            const step = list[index];
            if (step.kind !== "lock") return undefined;
            const rest = list.slice(index + 1);
            if (step.steps !== undefined) return [...list.slice(0, index), ...step.steps, ...rest];
            return [...list.slice(0, index), ...withoutRelease(rest, releases(given, step.lock))];
          }),
        ),
    },
  ];
}

/** To change what a proposal adds is little; to change what it builds on, or the framework as it is, is much. */
function sizeOf({ file, functions }: Policy, { pos }: Step): number {
  const proposes = functions.some((fn) => fn.pos.file !== file);
  return proposes && pos.file === file ? 1 : 5;
}

/** The what-if `drop`: whatever call of the op is made with the lock held. */
function letGo(code: Code, chain: readonly ChainLink[], held: number): Candidate[] {
  const link = chain[held];
  const holder = find({ manifests: [], policy: code.policy }, link);
  if (holder?.step.kind !== "lock") return [];
  const { lock, pos } = holder.step;
  return chain.slice(held + 1).flatMap((call): Candidate[] => {
    const op = /^op (.*)$/.exec(call.action)?.[1];
    if (op === undefined) return [];
    return [
      {
        kind: "drop",
        about: `drop ${op} ${lock}`,
        change: `call ->${op} without ${lock} (let it go around the call)`,
        at: placeOfLink(call),
        size: sizeOf(code.policy, holder.step),
        apply: (given) => ({
          ...given,
          policy: { ...given.policy, drop: [...given.policy.drop, { op, lock, pos }] },
        }),
      },
    ];
  });
}

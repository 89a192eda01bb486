import type { LockDeclaration } from "../manifest/model.js";
import { InputError } from "../source/input-error.js";
import type { Policy, PolicyDocument } from "./model.js";

/**
 * Folds in everything that a policy extends: its functions and locks replace those of the same name,
 * its documented orders, `hold`, `drop` and overlays are added.
 * @param find the policy document of that name, as written in `extends`; `from` is the one that names it
 * @throws {InputError} where a policy extends itself, directly or through others
 */
export function resolvePolicy(
  document: PolicyDocument,
  find: (name: string, from: PolicyDocument) => PolicyDocument,
): Policy {
  const chain = [document];
  for (let here = document; here.extends !== undefined; ) {
    const base = find(here.extends, here);
    chain.push(base);
    const first = chain.findIndex(
      (other) => other !== base && other.file === base.file && other.name === base.name,
    );
    if (first >= 0 || chain.indexOf(base) < chain.length - 1) {
      const names = chain.map((policy) => policy.name).join(" extends ");
      const pos = here.extendsPos ?? here.pos;
      throw new InputError([{ ...pos, message: `a policy may not extend itself: ${names}` }]);
    }
    here = base;
  }
  return chain.reduceRight<Policy>((base, policy) => override(base, policy), EMPTY_POLICY);
}

/** No framework at all: with it, only paths are analysed. */
export const EMPTY_POLICY: Policy = {
  name: "none",
  file: "",
  pos: { file: "", line: 0, column: 0 },
  functions: [],
  locks: [],
  order: [],
  hold: [],
  drop: [],
  overlays: [],
};

function override(base: Policy, policy: PolicyDocument): Policy {
  const { extends: _, extendsPos: __, ...own } = policy;
  return {
    ...own,
    functions: replace(base.functions, policy.functions),
    locks: replace<LockDeclaration>(base.locks, policy.locks),
    order: [...base.order, ...policy.order],
    orderPos: policy.order.length > 0 ? policy.orderPos : base.orderPos,
    hold: [...base.hold, ...policy.hold],
    drop: [...base.drop, ...policy.drop],
    overlays: [...base.overlays, ...policy.overlays],
  };
}

function replace<T extends { readonly name: string }>(base: readonly T[], own: readonly T[]): T[] {
  const replaced = new Map(own.map((entry) => [entry.name, entry]));
  const kept = base.map((entry) => {
    const by = replaced.get(entry.name);
    replaced.delete(entry.name);
    return by ?? entry;
  });
  return [...kept, ...replaced.values()];
}

import type { AnalyzeInput } from "../analysis/examine.js";
import { resolvePolicy } from "../policy/resolve.js";
import { InputError } from "../source/input-error.js";
import type { Code } from "./model.js";

/**
 * The input with its what-ifs in the policy, where changes find them.
 * @throws {InputError} where the policy extends another that is not folded in
 */
export function foldedCode({ manifests, policy: document, hold = [], drop = [] }: AnalyzeInput): Code {
  const policy = resolvePolicy(document, (name, from) => {
    const message = `policy "${from.name}" extends "${name}", which is not at hand: resolve it first`;
    throw new InputError([{ ...(from.extendsPos ?? from.pos), message }]);
  });
  return {
    manifests,
    policy: { ...policy, hold: [...policy.hold, ...hold], drop: [...policy.drop, ...drop] },
  };
}

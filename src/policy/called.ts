import { opsOf } from "../manifest/steps.js";
import { OPS } from "../manifest/words.js";
import { InputError, sortDiagnostics } from "../source/input-error.js";
import type { Policy, WhatIf } from "./model.js";

/**
 * Refuses what-ifs about ops that the policy never calls: they would change nothing and pass for clean. Ops that do not
 * exist are told elsewhere, see unknownOps().
 * @throws {InputError}
 */
export function refuseUncalled(entries: readonly WhatIf[], { name, functions, pos }: Policy): void {
  const called = new Set(functions.flatMap(({ steps }) => opsOf(steps)));
  const diagnostics = entries
    .filter(({ op }) => (OPS as readonly string[]).includes(op) && !called.has(op))
    .map(({ op, pos: own }) => ({ ...(own ?? pos), message: `policy ${name} never calls ->${op}` }));
  if (diagnostics.length > 0) throw new InputError(sortDiagnostics(diagnostics));
}

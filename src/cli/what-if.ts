import type { Policy, WhatIf } from "../policy/model.js";
import { InputError } from "../source/input-error.js";

/** `--hold` and `--drop` as they were given. */
export interface WhatIfOptions {
  readonly hold?: readonly string[];
  readonly drop?: readonly string[];
}

export interface WhatIfs {
  readonly hold: readonly WhatIf[];
  readonly drop: readonly WhatIf[];
}

/**
 * The what-ifs of the command line, as an analysis takes them.
 * @throws {InputError} for what is no OP=LOCK, what says two things at once, and what would change nothing: an op that
 *   the policy never calls
 */
export async function whatIfs({ hold = [], drop = [] }: WhatIfOptions, policy: Policy): Promise<WhatIfs> {
  const both = hold.find((value) => drop.includes(value));
  if (both !== undefined)
    throw problem(`--hold ${both}`, `--drop ${both} contradicts it: the lock is either held or let go`);
  const given: WhatIfs = {
    hold: hold.map((value) => parseWhatIf("--hold", value)),
    drop: drop.map((value) => parseWhatIf("--drop", value)),
  };
  const all = [...given.hold, ...given.drop, ...policy.hold, ...policy.drop];
  if (all.length > 0) (await import("../policy/called.js")).refuseUncalled(all, policy);
  return given;
}

/** `OP=LOCK` of `--hold` and `--drop`. */
function parseWhatIf(option: string, value: string): WhatIf {
  const equals = value.indexOf("=");
  const [op, lock] = [value.slice(0, equals), value.slice(equals + 1)];
  const place = `${option} ${value}`;
  if (equals <= 0 || lock === "") throw problem(place, "expected OP=LOCK, such as set_deadline=fence.lock");
  return { op, lock, pos: { file: place, line: 0, column: 0 } };
}

function problem(file: string, message: string): InputError {
  return new InputError([{ file, line: 0, column: 0, message }]);
}

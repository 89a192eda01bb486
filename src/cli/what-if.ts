import type { WhatIf } from "../policy/model.js";
import { InputError } from "../source/input-error.js";

/** `OP=LOCK` of `--hold` and `--drop`. */
export function parseWhatIf(option: string, value: string): WhatIf {
  const equals = value.indexOf("=");
  const [op, lock] = [value.slice(0, equals), value.slice(equals + 1)];
  const pos = { file: `${option} ${value}`, line: 0, column: 0 };
  if (equals <= 0 || lock === "") {
    throw new InputError([{ ...pos, message: "expected OP=LOCK, such as set_deadline=fence.lock" }]);
  }
  return { op, lock, pos };
}

import { type CFile, calleeName, identifiers, type Span } from "./c-file.js";
import { calls, initialises, mayWrapInit, namesLock } from "./calls.js";
import type { Expectation, Inside } from "./claim.js";
import { releasesLock, takesLock } from "./lock-calls.js";

/** All but an op's claim, which is about its table as well (see ops.ts). */
export type LineExpectation = Exclude<Expectation, { readonly kind: "op" }>;

/**
 * The lines of a range on which what is expected stands.
 * @param inside whose step it is
 */
export function linesOf(expect: LineExpectation, file: CFile, range: Span, inside?: Inside): number[] {
  const callsFor = (wanted: Parameters<typeof matchingCalls>[2]): number[] =>
    matchingCalls(file, range, wanted);
  switch (expect.kind) {
    case "table":
      return linesNamed(file.tables(), expect.table, range);
    case "definition":
      return linesNamed(file.definitions(), expect.name, range);
    case "declaration":
      return declarationLines(expect, file, range);
    case "init":
      return callsFor(
        (call) => initialises(call, expect) || (range.start === range.end && mayWrapInit(call)),
      );
    case "lock":
    case "unlock": {
      const like = expect.kind === "lock" ? takesLock : releasesLock;
      const named = identifiers(expect.expr ?? "");
      const locksOn = (line: number): boolean =>
        file.calls(line, line).some(({ callee }) => like(callee) || named.includes(calleeName(callee)));
      return [
        ...callsFor((call) => like(call.callee) && namesLock(call, expect.lock)),
        ...exprLines(expect.expr, file, range).filter(locksOn),
        ...entryLines(named, file, range, inside),
      ];
    }
    case "call":
      return [
        ...callsFor((call) => calls(call, expect.names)),
        ...exprLines(expect.expr, file, range),
        ...entryLines(expect.names, file, range, inside),
      ];
    case "code":
      return expect.expr === undefined
        ? callsFor((call) => calls(call, expect.hints))
        : exprLines(expect.expr, file, range);
    case "needs":
      return expect.expr === undefined
        ? callsFor((call) => namesLock(call, expect.lock))
        : needsLines(expect.expr, file, range);
  }
}

/** Whether the line lies in a function (a macro, a trace event) and has code. */
export function isCodeOfAFunction(file: CFile, line: number): boolean {
  return file.hasCode(line) && inFunction(file, line);
}

function inFunction(file: CFile, line: number): boolean {
  return file.definitions().some(({ start, end }) => start <= line && line <= end);
}

function matchingCalls(
  file: CFile,
  { start, end }: Span,
  wanted: (call: Parameters<typeof calls>[0]) => boolean,
): number[] {
  return file
    .calls(start, end)
    .filter(wanted)
    .map((call) => Math.max(call.start, start));
}

function linesNamed(
  all: readonly { readonly name: string; readonly line: number }[],
  name: string,
  { start, end }: Span,
): number[] {
  return all
    .filter((one) => one.name === name && one.line >= start && one.line <= end)
    .map(({ line }) => line);
}

function exprLines(expr: string | undefined, file: CFile, range: Span): number[] {
  if (expr === undefined) return [];
  return linesWhere(range, (line) => file.hasCode(line, expr) && inFunction(file, line));
}

/** What a function relies on may be said in its kernel-doc or in a comment at the spot alone. */
function needsLines(expr: string, file: CFile, range: Span): number[] {
  return linesWhere(range, (line) => file.hasText(line, expr) && inFunction(file, line));
}

/**
 * A path that enters its own function, or is entered with a lock held, may say so at the function's definition.
 */
function entryLines(
  names: readonly string[],
  file: CFile,
  range: Span,
  inside: Inside | undefined,
): number[] {
  if (inside === undefined || !names.includes(inside.function)) return [];
  return linesNamed(file.definitions(), inside.function, range);
}

function linesWhere({ start, end }: Span, wanted: (line: number) => boolean): number[] {
  const lines: number[] = [];
  for (let line = start; line <= end; line++) if (wanted(line)) lines.push(line);
  return lines;
}

/**
 * A field is looked for in its struct, if that is in the file; a class of more parts (`drm_device.mm.lock`) may have
 * its field in another. Where the field itself is not to be seen, the one that embeds it will do:
 * `i915_request.submit.wait` at `struct i915_sw_fence submit;`.
 */
function declarationLines(
  expect: { lock: string; expr?: string },
  file: CFile,
  { start, end }: Span,
): number[] {
  const [struct, ...fields] = expect.lock.split(".");
  const structs = fields.length === 1 ? file.structs().filter(({ name }) => name === struct) : [];
  const anywhere = structs.length === 0 && (fields.length !== 1 || !file.partial);
  const declared = file
    .declarations(start, end)
    .filter(({ line }) => anywhere || structs.some((one) => one.start <= line && line <= one.end));
  const ofLock = fields.length === 0 ? [expect.lock] : fields.reverse();
  for (const name of expect.expr === undefined ? ofLock : identifiers(expect.expr)) {
    const lines = declared.filter((declaration) => declaration.name === name).map(({ line }) => line);
    if (lines.length > 0) return lines;
  }
  return [];
}

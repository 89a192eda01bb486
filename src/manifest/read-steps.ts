import type { Data, Positions } from "../source/document.js";
import type { FilePosition } from "../source/position.js";
import type { Declared, KernelLine, LockDeclaration, Step } from "./model.js";
import type { Context, LockKind, Mode, Scope } from "./words.js";

export type Fields = { readonly [key: string]: Data };

/** What reading needs to know of the document: its file name, positions, and the enclosing kernel file of bare lines. */
export interface Reader {
  readonly name: string;
  readonly positions: Positions;
  readonly kernelFile?: string;
}

/** The data has passed its schema; these only say to TypeScript what the schema has proved. */
export const text = (value: Data | undefined): string | undefined =>
  typeof value === "string" ? value : undefined;
export const fields = (value: Data | undefined): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
export const list = (value: Data | undefined): readonly Data[] => (Array.isArray(value) ? value : []);
export const names = (value: Data | undefined): string[] => list(value).map(String);

/** The same reader, below a declaration that may name its own kernel file. */
export function inside(reader: Reader, declaration: Data | undefined): Reader {
  const file = text(fields(declaration).file);
  return file === undefined ? reader : { ...reader, kernelFile: file };
}

export function positionOf(
  reader: Reader,
  container: object,
  key?: string | number,
  of?: "key" | "value",
): FilePosition {
  const { line, column } = reader.positions.at(container, key, of);
  return { file: reader.name, line, column };
}

/** `at`: `path:line` as it is, a bare line in the enclosing kernel file. */
export function kernelLine(reader: Reader, value: Data | undefined): KernelLine | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "number") return undefined;
  return reader.kernelFile === undefined ? `?:${value}` : `${reader.kernelFile}:${value}`;
}

export function readDeclared(reader: Reader, container: object, key: string, value: Fields): Declared {
  return {
    pos: positionOf(reader, container, key, "key"),
    at: kernelLine(reader, value.at),
    note: text(value.note),
    function: text(value.function),
  };
}

export function readLocks(reader: Reader, value: Data | undefined): LockDeclaration[] {
  const all = fields(value);
  return Object.keys(all).map((name) => {
    const lock = fields(all[name]);
    const { pos, at, note, function: fn } = readDeclared(inside(reader, lock), all, name, lock);
    return {
      pos,
      at,
      note,
      function: fn,
      name,
      kind: text(lock.kind) as LockKind,
      scope: (text(lock.scope) ?? "device") as Scope,
      lockdep: text(lock.lockdep),
      expr: text(lock.expr),
      each: lock.each === "fence" ? "fence" : undefined,
    };
  });
}

/** Contexts as a list, whether given as one word or several. */
export function readContexts(value: Data | undefined, otherwise: readonly Context[]): readonly Context[] {
  if (typeof value === "string") return [value as Context];
  return Array.isArray(value) ? (names(value) as Context[]) : otherwise;
}

/**
 * A body's steps: of `[LOCK, ...]` (takes these in this order, nested) or of `{steps: [...]}`.
 */
export function readBody(reader: Reader, value: Data | undefined): Step[] {
  return Array.isArray(value) ? shortForm(reader, value) : readSteps(reader, fields(value).steps);
}

function shortForm(reader: Reader, locks: readonly Data[]): Step[] {
  let steps: Step[] = [];
  for (let i = locks.length - 1; i >= 0; i--) {
    const lock = {
      kind: "lock",
      lock: String(locks[i]),
      mode: "write",
      bh: false,
      try: false,
      subclass: 0,
    } as const;
    steps = [{ ...lock, pos: positionOf(reader, locks, i), steps }];
  }
  return steps;
}

export function readSteps(reader: Reader, value: Data | undefined): Step[] {
  const all = list(value);
  return all.map((step, index) => readStep(reader, fields(step), positionOf(reader, all, index)));
}

function readStep(reader: Reader, step: Fields, pos: FilePosition): Step {
  // Spelt out, here and wherever there are many: what is spread into an object does not lie in the object itself (V8).
  const at = kernelLine(reader, step.at);
  const note = text(step.note);
  const when = text(step.when);
  const expr = text(step.expr);
  const on = text(step.on);
  if ("lock" in step) {
    return {
      pos,
      at,
      note,
      when,
      expr,
      kind: "lock",
      lock: String(step.lock),
      mode: (text(step.mode) ?? "write") as Mode,
      irq: text(step.irq) as "save" | "off" | undefined,
      bh: step.bh === true,
      try: step.try === true,
      subclass: typeof step.subclass === "number" ? step.subclass : 0,
      nest: text(step.nest),
      on,
      steps: step.steps === undefined ? undefined : readSteps(reader, step.steps),
    };
  }
  if ("unlock" in step) return { pos, at, note, when, expr, kind: "unlock", lock: String(step.unlock), on };
  if ("call" in step)
    return { pos, at, note, when, expr, kind: "call", call: String(step.call), on, keeps: text(step.keeps) };
  if ("defer" in step) return { pos, at, note, when, expr, kind: "defer", path: String(step.defer) };
  if ("sync" in step) return { pos, at, note, when, expr, kind: "sync", path: String(step.sync) };
  if ("wait" in step) return { pos, at, note, when, expr, kind: "wait", what: String(step.wait), on };
  if ("complete" in step) return { pos, at, note, when, expr, kind: "complete", what: String(step.complete) };
  if ("sleep" in step)
    return { pos, at, note, when, expr, kind: "sleep", why: String(step.sleep), alloc: text(step.alloc) };
  if ("alloc" in step)
    return {
      pos,
      at,
      note,
      when,
      expr,
      kind: "sleep",
      why: `allocates with ${step.alloc}`,
      alloc: String(step.alloc),
    };
  if ("needs" in step) return { pos, at, note, when, expr, kind: "needs", lock: String(step.needs), on };
  if ("either" in step) {
    return {
      pos,
      at,
      note,
      when,
      expr,
      kind: "either",
      branches: list(step.either).map((branch) => readSteps(reader, branch)),
    };
  }
  if ("unknown" in step) return { pos, at, note, when, expr, kind: "unknown", why: String(step.unknown) };
  if ("op" in step) {
    const [onSet, onUnset] = [readSteps(reader, step.then), readSteps(reader, step.else)];
    return {
      pos,
      at,
      note,
      when,
      expr,
      kind: "op",
      op: String(step.op),
      before: readSteps(reader, step.before),
      onSet,
      onUnset,
    };
  }
  if ("callbacks" in step) return { pos, at, note, when, expr, kind: "callbacks" };
  throw new Error(`a step passed its schema without any known key: ${Object.keys(step).join(", ")}`);
}

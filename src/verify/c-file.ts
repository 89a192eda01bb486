/** What a parsed C file answers. Lines count from 1; a range holds both its ends. */
export interface CFile {
  readonly lineCount: number;
  /** Only a part of the file has been parsed: what is not found may still be there. */
  readonly partial: boolean;
  /** The same file, with nothing parsed but what stands around this line at the top level: a fraction of the cost. */
  around(line: number): CFile;
  /** Functions, macros and trace events, in the order of the file. */
  definitions(): readonly Definition[];
  structs(): readonly Named[];
  /** The `struct dma_fence_ops` variables that have an initializer. */
  tables(): readonly OpsTable[];
  /** Struct fields and variables declared in this range. */
  declarations(from: number, to: number): readonly Declaration[];
  /** The calls of which a part lies in this range. */
  calls(from: number, to: number): readonly Call[];
  /** Whether `text` stands on this line and is not in a comment; without `text`, whether any code does. */
  hasCode(line: number, text?: string): boolean;
  /** Whether `text` stands on this line, be it in a comment. */
  hasText(line: number, text: string): boolean;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Named extends Span {
  readonly name: string;
}

/** A function, macro or trace event, from the comment before it on. */
export interface Definition extends Named {
  /** Where the name stands. */
  readonly line: number;
}

export interface Declaration {
  readonly name: string;
  readonly line: number;
}

export interface Call extends Span {
  /** As it is written: `spin_lock`, `fence->ops->signaled`. */
  readonly callee: string;
  readonly args: readonly string[];
}

export interface OpsTable extends Named {
  readonly line: number;
  /** In their order; an op may be set more than once, under different configurations. */
  readonly ops: readonly TableEntry[];
}

export interface TableEntry {
  readonly op: string;
  /** The function's name; nothing for NULL. */
  readonly function?: string;
  readonly line: number;
}

const WORD = /[A-Za-z_]\w*/g;

/** The identifiers of a piece of C, in order. */
export function identifiers(text: string): string[] {
  return text.match(WORD) ?? [];
}

/** What a callee is called by: `foo` of `foo`, `x->ops->foo` and `(*x.foo)`. */
export function calleeName(callee: string): string {
  return identifiers(callee).at(-1) ?? "";
}

import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import { codeFrame } from "./frame.js";
import type { Diagnostic } from "./input-error.js";
import type { Position } from "./position.js";

/** JSON-like data as it stands in the text. */
export type Data = string | number | boolean | null | readonly Data[] | { readonly [key: string]: Data };

/** One YAML or JSON document, as plain data that still knows where each part of it stands. */
export interface SourceDocument {
  readonly data: Data;
  readonly positions: Positions;
}

/** Where the parts of a document's data stand. Objects and arrays are looked up by identity. */
export interface Positions {
  /** The position of a key's value; of the key itself where `of` is "key"; of the container where there is no such key. */
  at(container: object, key?: string | number, of?: "key" | "value"): Position;
  /** The position of the part that a path of keys leads to: of the last part that exists. */
  path(path: readonly PropertyKey[], of?: "key" | "value"): Position;
}

/** A text as documents, or as what is wrong with it. */
export interface ParsedText {
  readonly documents: readonly SourceDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Marks {
  readonly start: number;
  readonly keys: Map<string, number>;
  readonly values: Map<string, number>;
}

/**
 * Reads YAML 1.2 (of which JSON is a part), one or more documents.
 * @param text the whole file
 * @param file its name, for the diagnostics
 */
export function parseText(text: string, file: string): ParsedText {
  const lines = new LineCounter();
  const documents: SourceDocument[] = [];
  const diagnostics: Diagnostic[] = [];
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const complain = (offset: number, message: string) => {
    const at = position(offset);
    diagnostics.push({ file, ...at, message, frame: codeFrame(text, at) });
  };

  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  for (const document of "empty" in parsed ? [] : parsed) {
    for (const error of [...document.errors, ...document.warnings]) {
      complain(error.pos[0], firstSentence(error.message));
    }
    if (document.errors.length > 0 || document.contents === null) continue;
    const marks = new WeakMap<object, Marks>();
    const resolve = (node: Node) => (isAlias(node) ? node.resolve(document) : node);
    const plain = (raw: Node | null, open: readonly Node[]): Data => {
      const node = raw === null ? null : (resolve(raw) ?? null);
      if (node === null) return null;
      if (isScalar(node)) return scalar(node.value);
      if (open.includes(node)) {
        complain(raw?.range?.[0] ?? 0, "an alias may not contain itself");
        return null;
      }
      const start = node.range?.[0] ?? 0;
      const keys = new Map<string, number>();
      const values = new Map<string, number>();
      const inside = [...open, node];
      if (isSeq(node)) {
        const list = node.items.map((item, index) => {
          values.set(String(index), startOf(item) ?? start);
          return plain(item as Node | null, inside);
        });
        marks.set(list, { start, keys, values });
        return list;
      }
      if (!isMap(node)) return null;
      const object: { [key: string]: Data } = Object.create(null);
      for (const pair of node.items) {
        const key = String(scalar(isScalar(pair.key) ? pair.key.value : null));
        keys.set(key, startOf(pair.key) ?? start);
        values.set(key, startOf(pair.value) ?? startOf(pair.key) ?? start);
        object[key] = plain(pair.value as Node | null, inside);
      }
      marks.set(object, { start, keys, values });
      return object;
    };
    const data = plain(document.contents, []);
    documents.push({ data, positions: positionsOf(data, marks, position) });
  }
  return { documents: diagnostics.length > 0 ? [] : documents, diagnostics };
}

function positionsOf(
  data: Data,
  marks: WeakMap<object, Marks>,
  position: (offset: number) => Position,
): Positions {
  const offset = (container: object, key: string | number | undefined, of: "key" | "value"): number => {
    const found = marks.get(container);
    if (found === undefined) return 0;
    if (key === undefined) return found.start;
    return (
      (of === "key" ? found.keys : found.values).get(String(key)) ??
      found.values.get(String(key)) ??
      found.start
    );
  };
  return {
    at: (container, key, of = "value") => position(offset(container, key, of)),
    path(path, of = "value") {
      let here: Data = data;
      let last = isContainer(data) ? offset(data, undefined, of) : 0;
      for (const key of path) {
        if (!isContainer(here) || !(String(String(key)) in here)) break;
        last = offset(here, String(key), of);
        here = (here as { [key: string]: Data })[String(key)];
      }
      return position(last);
    },
  };
}

function isContainer(data: Data): data is readonly Data[] | { readonly [key: string]: Data } {
  return typeof data === "object" && data !== null;
}

function scalar(value: unknown): Data {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0];
}

function firstSentence(message: string): string {
  const [first] = message.split("\n");
  return first.replace(/ at line \d+, column \d+:?$/, "");
}

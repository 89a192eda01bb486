import type { Node, Query, Range, Tree } from "web-tree-sitter";
import {
  callOf,
  declaredNames,
  eventNames,
  functionNames,
  macroName,
  structOf,
  type TextOf,
  tablesOf,
} from "./c-extract.js";
import type { Call, CFile } from "./c-file.js";
import { type Piece, pieceAround } from "./pieces.js";

export type Queries = Readonly<
  Record<"definitions" | "structs" | "tables" | "declarations" | "calls" | "macroBodies", Query>
>;

/** A file's text, and what to parse it with. */
export interface Source {
  readonly lines: readonly string[];
  /** The text as it is parsed: of the same length. */
  readonly plain: string;
  readonly plainLines: readonly string[];
  readonly queries: Queries;
  parse(plain: string, ranges?: Range[]): Tree;
}

/**
 * The answers, each from a tree that is made when first asked for. The trees live until the process ends: a run parses
 * each file once.
 * @param piece all that is parsed; without it, the whole file
 */
export function viewOf(source: Source, piece?: Piece): CFile {
  const { lines, plainLines, plain, queries } = source;
  const pieces = new Map<number, CFile>();
  const tree = once(() => source.parse(plain, piece === undefined ? undefined : [piece]));
  const text: TextOf = (node) => plain.slice(node.startIndex, node.endIndex);
  const nodes = (name: keyof Queries, from = 1, to = lines.length): Node[] =>
    queries[name]
      .captures(tree().rootNode, {
        startPosition: { row: from - 1, column: 0 },
        endPosition: { row: to, column: 0 },
      })
      .map(({ node }) => node)
      .filter((node) => node.startPosition.row < to && node.endPosition.row >= from - 1);
  const isCode = (line: number, column: number): boolean =>
    /\S/.test(plainLines[line - 1]?.[column] ?? "") &&
    tree().rootNode.descendantForPosition({ row: line - 1, column })?.type !== "comment";
  return {
    lineCount: lines.length,
    partial: piece !== undefined,
    around(line) {
      const around = pieceAround(lines, line);
      const known = pieces.get(around.startIndex) ?? viewOf(source, around);
      pieces.set(around.startIndex, known);
      return known;
    },
    definitions: once(() => [
      ...nodes("definitions").flatMap((node) =>
        node.type === "function_definition" ? functionNames(node, text) : macroName(node, text),
      ),
      // A header of trace events has no other calls to speak of; a driver has thousands.
      ...(/_EVENT(?:_CLASS)?\(/.test(plain) ? nodes("calls").flatMap((node) => eventNames(node, text)) : []),
    ]),
    structs: once(() => nodes("structs").flatMap((node) => structOf(node, text))),
    tables: once(() => nodes("tables").flatMap((node) => tablesOf(node, text))),
    declarations: (from, to) =>
      nodes("declarations", from, to)
        .flatMap((node) => declaredNames(node, text))
        .filter(({ line }) => line >= from && line <= to),
    calls: (from, to) => [
      ...nodes("calls", from, to).map((node) => callOf(node, text)),
      ...nodes("macroBodies", from, to).flatMap((body) => callsOfMacro(body, text, source, from, to)),
    ],
    hasCode(line, wanted) {
      const places =
        wanted === undefined
          ? [(plainLines[line - 1] ?? "").search(/\w/)]
          : occurrences(lines[line - 1] ?? "", wanted);
      return places.some((column) => column >= 0 && isCode(line, column));
    },
    hasText: (line, wanted) => (lines[line - 1] ?? "").includes(wanted),
  };
}

/** To the parser, a macro's body is one token; here it is parsed as what it is once used. */
function callsOfMacro(
  body: Node,
  textOf: TextOf,
  { parse, queries }: Source,
  from: number,
  to: number,
): Call[] {
  const code = "\n".repeat(body.startPosition.row) + textOf(body).replaceAll("\\\n", " \n");
  return queries.calls
    .captures(parse(code).rootNode)
    .map(({ node }) => callOf(node, (part) => code.slice(part.startIndex, part.endIndex)))
    .filter(({ start, end }) => start <= to && end >= from);
}

function occurrences(content: string, wanted: string): number[] {
  const found: number[] = [];
  for (let at = content.indexOf(wanted); at >= 0; at = content.indexOf(wanted, at + 1)) found.push(at);
  return found;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

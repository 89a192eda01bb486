import type { Node } from "web-tree-sitter";
import {
  type Call,
  type Declaration,
  type Definition,
  identifiers,
  type Named,
  type OpsTable,
  type Span,
  type TableEntry,
} from "./c-file.js";
import { EVENT_MACROS } from "./kernel-c.js";

/** The text of a node, as it stands in the file. */
export type TextOf = (node: Node) => string;

const first = (node: Node): number => node.startPosition.row + 1;
const last = (node: Node): number => node.endPosition.row + 1;

/**
 * The names that a function definition may go by: those before a parenthesis in its head. Usually one; attributes
 * with arguments are names too, which does no harm to who asks for a certain one.
 */
export function functionNames(node: Node, text: TextOf): Definition[] {
  const body = node.childForFieldName("body");
  const whole = text(node);
  const head = body === null ? whole : whole.slice(0, body.startIndex - node.startIndex);
  const found: Definition[] = [];
  let depth = 0;
  for (const token of head.matchAll(/([A-Za-z_]\w*)(?=\s*\()|[()]/g)) {
    if (token[0] === "(") depth++;
    else if (token[0] === ")") depth--;
    else if (depth === 0) {
      const line = first(node) + head.slice(0, token.index).split("\n").length - 1;
      found.push({ name: token[0], line, ...spanOf(node) });
    }
  }
  return found;
}

export function macroName(node: Node, text: TextOf): Definition[] {
  const name = node.childForFieldName("name");
  return name === null ? [] : [{ name: text(name), line: first(name), ...spanOf(node) }];
}

function spanOf(node: Node): Span {
  const before = node.previousSibling;
  return { start: first(before?.type === "comment" ? before : node), end: last(node) };
}

/** A trace event stands for the functions that its macro makes. */
export function eventNames(node: Node, text: TextOf): Definition[] {
  const { callee, args } = callOf(node, text);
  const macro = EVENT_MACROS.get(callee);
  if (macro === undefined) return [];
  const event = args[macro.argument] ?? "";
  const span = { line: first(node), ...spanOf(node) };
  return macro.prefixes.map((prefix) => ({ name: prefix + event, ...span }));
}

export function structOf(node: Node, text: TextOf): Named[] {
  const name = node.childForFieldName("name");
  return name === null ? [] : [{ name: text(name), start: first(node), end: last(node) }];
}

export function callOf(node: Node, text: TextOf): Call {
  const callee = node.childForFieldName("function");
  const args = node.childForFieldName("arguments");
  return {
    callee: callee === null ? "" : text(callee),
    args: (args?.namedChildren ?? []).filter((arg) => arg.type !== "comment").map(text),
    start: first(node),
    end: last(node),
  };
}

/** What a declaration, or a macro such as DEFINE_SPINLOCK(name), declares. */
export function declaredNames(node: Node, text: TextOf): Declaration[] {
  return declarators(node, text).flatMap((part) => {
    const name = innermost(part);
    return name === undefined ? [] : [{ name: text(name), line: first(name) }];
  });
}

function declarators(node: Node, text: TextOf): Node[] {
  if (node.type === "expression_statement") {
    const call = node.namedChild(0);
    const macro = call?.childForFieldName("function");
    return macro && /^[A-Z]\w*$/.test(text(macro))
      ? (call?.childForFieldName("arguments")?.namedChildren ?? [])
      : [];
  }
  // What a parser that expands no macros can't make sense of may hold the name.
  return [
    ...node.childrenForFieldName("declarator"),
    ...node.namedChildren.filter((child) => child.type === "ERROR"),
  ];
}

/** The name within pointers, arrays, initializers and parentheses around it. */
function innermost(node: Node): Node | undefined {
  if (node.type === "identifier" || node.type === "field_identifier") return node;
  const inner = node.childForFieldName("declarator") ?? node.namedChild(0);
  return inner === null ? undefined : innermost(inner);
}

/** A `struct dma_fence_ops` variable with its initializer, if the declaration is one. */
export function tablesOf(node: Node, text: TextOf): OpsTable[] {
  const type = node.childForFieldName("type");
  if (type === null || !/^struct\s+dma_fence_ops$/.test(text(type))) return [];
  return node.childrenForFieldName("declarator").flatMap((declarator) => {
    const value = declarator.childForFieldName("value");
    const name = innermost(declarator);
    if (declarator.type !== "init_declarator" || value?.type !== "initializer_list" || name === undefined)
      return [];
    const pairs = value.namedChildren.filter((pair) => pair.type === "initializer_pair");
    const ops = pairs.map((pair) => entryOf(pair, text));
    return [{ name: text(name), line: first(name), start: first(node), end: last(node), ops }];
  });
}

function entryOf(pair: Node, text: TextOf): TableEntry {
  const [op = ""] = pair
    .childrenForFieldName("designator")
    .flatMap((designator) => identifiers(text(designator)));
  const value = pair.childForFieldName("value");
  const name = value === null ? undefined : identifiers(text(value)).at(-1);
  return { op, function: name === "NULL" ? undefined : name, line: first(pair) };
}

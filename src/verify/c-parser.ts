import type { Query, Range, Tree } from "web-tree-sitter";
import type { CFile } from "./c-file.js";
import { type Queries, viewOf } from "./c-view.js";
import { plainC } from "./kernel-c.js";

/** Makes a text of C answer questions. */
export type CParser = (text: string) => CFile;

const PATTERNS = {
  definitions: "[(function_definition) (preproc_function_def) (preproc_def)] @node",
  structs: "(struct_specifier body: (_)) @node",
  tables: "(declaration) @node",
  declarations: "[(declaration) (field_declaration) (expression_statement (call_expression))] @node",
  calls: "(call_expression) @node",
  macroBodies: "(preproc_function_def value: (preproc_arg) @node)",
} as const satisfies Record<keyof Queries, string>;

/**
 * Loads tree-sitter: only `verify` needs it, so nothing else pays for it.
 * @param grammar tree-sitter-c's WebAssembly module
 */
export async function loadCParser(grammar: Uint8Array): Promise<CParser> {
  const { Language, Parser, Query } = await import("web-tree-sitter");
  await Parser.init();
  const language = await Language.load(grammar);
  const parser = new Parser();
  parser.setLanguage(language);
  const query = (name: keyof Queries): Query => new Query(language, PATTERNS[name]);
  const queries: Queries = {
    definitions: query("definitions"),
    structs: query("structs"),
    tables: query("tables"),
    declarations: query("declarations"),
    calls: query("calls"),
    macroBodies: query("macroBodies"),
  };
  const parse = (plain: string, includedRanges?: Range[]): Tree => {
    const tree = parser.parse(plain, null, { includedRanges });
    if (tree === null) throw new Error("tree-sitter gave no tree");
    return tree;
  };
  return (text) => {
    const plain = plainC(text);
    return viewOf({ lines: text.split("\n"), plain, plainLines: plain.split("\n"), queries, parse });
  };
}

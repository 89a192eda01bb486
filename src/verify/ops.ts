import type { CFile, TableEntry } from "./c-file.js";
import type { Claim, Expectation, Outcome } from "./claim.js";
import { foundAt } from "./outcome.js";
import type { Open } from "./scope.js";

type OpExpectation = Extract<Expectation, { readonly kind: "op" }>;

/**
 * An op holds if its table sets it to that function, and that function is defined on that line. For an op that is set
 * to NULL, the line is the table's.
 */
export function checkOp(claim: Claim, expect: OpExpectation, file: CFile, open: Open): Outcome {
  const { op, table, tableFile } = expect;
  const gone = (why: string): Outcome => ({ claim, status: "gone", why });
  let names = expect.function === undefined ? [] : [expect.function];
  if (table !== undefined) {
    const home = tableFile === undefined ? file : open(tableFile);
    const tables = home?.tables().filter(({ name }) => name === table) ?? [];
    if (tables.length === 0) return gone(`no table ${table} in ${tableFile ?? claim.file}`);
    const entries = tables.flatMap(({ ops }) => ops.filter((entry) => entry.op === op));
    if (entries.length === 0) return gone(`${table} does not set .${op}`);
    const fitting = entries.filter((entry) => names.length === 0 || names.includes(functionOf(entry)));
    if (fitting.length === 0) return gone(`${table} sets .${op} to ${entries.map(functionOf).join(" or ")}`);
    const nulls = fitting.filter((entry) => entry.function === undefined);
    if (nulls.length === fitting.length)
      return foundAt(
        claim,
        nulls.map(({ line }) => line),
        claim.line,
      );
    names = fitting.map(functionOf);
  }
  const linesIn = (view: CFile): number[] =>
    view
      .definitions()
      .filter(({ name }) => names.includes(name))
      .map(({ line }) => line);
  if (linesIn(file.around(claim.line)).includes(claim.line)) return { claim, status: "held" };
  const lines = linesIn(file);
  return lines.length > 0
    ? foundAt(claim, lines, claim.line)
    : gone(`${names.join(" or ") || op}() is not defined in ${claim.file}`);
}

function functionOf(entry: TableEntry): string {
  return entry.function ?? "NULL";
}

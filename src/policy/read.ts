import {
  fields,
  inside,
  list,
  names,
  positionOf,
  type Reader,
  readBody,
  readContexts,
  readDeclared,
  readLocks,
  text,
} from "../manifest/read-steps.js";
import { type Data, parseText, type SourceDocument } from "../source/document.js";
import { InputError, sortDiagnostics } from "../source/input-error.js";
import { validate } from "../source/validate.js";
import type { Overlay, PolicyDocument, WhatIf } from "./model.js";
import { policySchema } from "./schema.js";

/**
 * Reads one policy file; what it extends is not looked up (see resolvePolicy).
 * @param source YAML or JSON, exactly one document
 * @param name the file's name, for positions and messages
 * @throws {InputError} with every departure from the language, each with its position
 */
export function parsePolicy(source: string, name: string): PolicyDocument {
  const parsed = parseText(source, name);
  const diagnostics = [...parsed.diagnostics];
  for (const document of parsed.documents)
    diagnostics.push(...validate(policySchema, document, name, source));
  const [document, second] = parsed.documents;
  if (diagnostics.length === 0 && (document === undefined || second !== undefined)) {
    const message =
      document === undefined ? "no policy in this file" : "a policy file holds one policy, this one more";
    diagnostics.push({ file: name, line: 1, column: 1, message });
  }
  if (diagnostics.length > 0) throw new InputError(sortDiagnostics(diagnostics));
  return readPolicy(document, name);
}

function readPolicy(document: SourceDocument, name: string): PolicyDocument {
  const root = fields(document.data);
  const reader: Reader = { name, positions: document.positions, kernelFile: text(root.file) };
  const functions = fields(root.functions);
  return {
    name: String(root.name),
    file: name,
    pos: positionOf(reader, root, "name"),
    title: text(root.title),
    source: text(root.source),
    note: text(root.note),
    extends: text(root.extends),
    extendsPos: positionOf(reader, root, "extends"),
    functions: Object.keys(functions).map((key) => {
      const value = fields(functions[key]);
      const below = inside(reader, value);
      return {
        ...readDeclared(below, functions, key, value),
        name: key,
        contexts: readContexts(value.contexts, ["process"]),
        steps: readBody(below, functions[key]),
        leaves_held: names(value.leaves_held),
        returns_if_signaled: value.returns_if_signaled === true,
      };
    }),
    locks: readLocks(reader, root.locks),
    order: list(root.order).map(names),
    orderPos: positionOf(reader, root, "order"),
    hold: readWhatIf(reader, root.hold),
    drop: readWhatIf(reader, root.drop),
    overlays: readOverlays(reader, list(root.overlays)),
  };
}

function readWhatIf(reader: Reader, value: Data | undefined): WhatIf[] {
  const ops = fields(value);
  return Object.keys(ops).flatMap((op) =>
    names(ops[op]).map((lock, index) => ({ op, lock, pos: positionOf(reader, list(ops[op]), index) })),
  );
}

function readOverlays(reader: Reader, paths: readonly Data[]): Overlay[] {
  return paths.map((path, index) => ({ path: String(path), pos: positionOf(reader, paths, index) }));
}

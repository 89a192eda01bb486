import { type Data, parseText, type SourceDocument } from "../source/document.js";
import { type Diagnostic, InputError, sortDiagnostics } from "../source/input-error.js";
import { validate } from "../source/validate.js";
import type { FenceDeclaration, Link, Manifest, PathDeclaration, Targets } from "./model.js";
import {
  type Fields,
  fields,
  inside,
  kernelLine,
  list,
  names,
  positionOf,
  type Reader,
  readBody,
  readContexts,
  readDeclared,
  readLocks,
  text,
} from "./read-steps.js";
import { manifestSchema } from "./schema.js";
import type { FreedBy } from "./words.js";

/**
 * Reads the manifests of one text: YAML or JSON, one or more documents.
 * @param source the text
 * @param name the file's name, for positions and messages
 * @returns the manifests, in the order of the text; an empty text gives none
 * @throws {InputError} with every departure from the language, each with its position
 */
export function parseManifests(source: string, name: string): Manifest[] {
  const parsed = parseText(source, name);
  const diagnostics: Diagnostic[] = [...parsed.diagnostics];
  for (const document of parsed.documents) {
    diagnostics.push(...validate(manifestSchema, document, name, source));
  }
  if (diagnostics.length > 0) throw new InputError(sortDiagnostics(diagnostics));
  return parsed.documents.map((document) => readManifest(document, name));
}

function readManifest(document: SourceDocument, name: string): Manifest {
  const root = fields(document.data);
  const file = text(root.file);
  const reader: Reader = { name, positions: document.positions, kernelFile: file };
  return {
    driver: String(root.driver),
    name,
    pos: positionOf(reader, root, "driver"),
    source: text(root.source),
    file,
    note: text(root.note),
    overlay: root.overlay === true,
    locks: readLocks(reader, root.locks),
    fences: each(root.fences, (all, key, value) => readFence(reader, all, key, value)),
    functions: each(root.functions, (all, key, value) => ({
      ...readDeclared(inside(reader, value), all, key, value),
      name: key,
      steps: readBody(inside(reader, value), all[key]),
      leaves_held: names(value.leaves_held),
    })),
    paths: each(root.paths, (all, key, value) => readPath(inside(reader, value), all, key, value)),
    callbacks: each(root.callbacks, (all, key, value) => ({
      ...readDeclared(inside(reader, value), all, key, value),
      name: key,
      attached_to: readTargets(value.attached_to),
      steps: readBody(inside(reader, value), all[key]),
      fence: text(value.fence),
    })),
  };
}

function readPath(reader: Reader, all: Fields, name: string, value: Fields): PathDeclaration {
  const { pos, at, note, function: fn } = readDeclared(reader, all, name, value);
  return {
    pos,
    at,
    note,
    function: fn,
    name,
    contexts: readContexts(value.context, ["process"]),
    steps: readBody(reader, all[name]),
    queue: text(value.queue),
    fence: text(value.fence),
  };
}

function readFence(above: Reader, all: Fields, name: string, value: Fields): FenceDeclaration {
  const reader = inside(above, value);
  const links = fields(value.links);
  return {
    ...readDeclared(reader, all, name, value),
    name,
    table: text(value.table),
    file: reader.kernelFile,
    lock: text(value.lock),
    lock_at: kernelLine(reader, value.lock_at),
    container: value.container === true,
    signaled: value.signaled === true,
    private: value.private === true,
    ops: each(value.ops, (ops, op, body) => ({
      ...readDeclared(inside(reader, body), ops, op, body),
      op,
      steps: readBody(inside(reader, body), ops[op]),
      returns:
        body.returns === undefined
          ? undefined
          : {
              points_to: String(fields(body.returns).points_to),
              freed_by: text(fields(body.returns).freed_by) as FreedBy | undefined,
            },
    })),
    links: Object.keys(links).map(
      (link): Link => ({
        ...readTargets(links[link]),
        name: link,
        pos: positionOf(reader, links, link, "key"),
      }),
    ),
    data: list(value.data).map((entry, index) => {
      const data = fields(entry);
      return {
        ...readDeclared(inside(reader, data), list(value.data), String(index), data),
        object: String(data.object),
        freed_by: text(data.freed_by) as FreedBy,
        used_by: names(data.used_by),
        fence: data.fence === true,
      };
    }),
  };
}

/** `any`, `all`, `driver/fence`, a list of these, or `{to, except}`. */
function readTargets(value: Data | undefined): Targets {
  if (typeof value === "string")
    return { to: value === "any" || value === "all" ? value : [value], except: [] };
  if (Array.isArray(value)) return { to: names(value), except: [] };
  const { to, except } = fields(value);
  return { ...readTargets(to), except: names(except) };
}

function each<T>(value: Data | undefined, read: (all: Fields, key: string, entry: Fields) => T): T[] {
  const all = fields(value);
  return Object.keys(all).map((key) => read(all, key, fields(all[key])));
}

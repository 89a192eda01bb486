import { resolve } from "node:path";
import type { Style } from "../report/style.js";
import { InputError } from "../source/input-error.js";
import type { Io } from "./io.js";
import { chalkStyle, NO_STYLE, wantsColour } from "./style.js";
import { writeAtomically } from "./write.js";

/** A format, and the file it goes to: stdout where there is none. */
export interface Output<Name extends string> {
  readonly format: Name;
  readonly file?: string;
}

type Formats<Name extends string, Result> = Readonly<
  Record<Name, { readonly load: () => Promise<(result: Result, style: Style) => string> }>
>;

/**
 * Each `FORMAT` or `FORMAT=FILE` of the command line; text where there is none.
 * @throws {InputError} for a format that does not exist, and for two that would go to one place
 */
export function parseOutputs<Name extends string>(
  values: readonly string[] = ["text"],
  formats: Readonly<Record<Name, unknown>>,
): Output<Name>[] {
  const taken = new Set<string | undefined>();
  return values.map((value) => {
    const wrong = (message: string) =>
      new InputError([{ file: `--format ${value}`, line: 0, column: 0, message }]);
    const equals = value.indexOf("=");
    const format = equals < 0 ? value : value.slice(0, equals);
    if (!isKeyOf(formats, format)) {
      throw wrong(`unknown format "${format}": expected one of ${Object.keys(formats).join(", ")}`);
    }
    const file = equals < 0 ? undefined : value.slice(equals + 1);
    if (file === "") throw wrong(`which file? Expected ${format}=FILE`);
    const place = file === undefined ? undefined : resolve(file);
    if (taken.has(place))
      throw wrong(`${file ?? "standard output"} is taken by another format: give this one its own FILE`);
    taken.add(place);
    return { format, file };
  });
}

function isKeyOf<Name extends string>(table: Readonly<Record<Name, unknown>>, key: string): key is Name {
  return Object.hasOwn(table, key);
}

/**
 * Renders and writes each output; only what goes to a terminal has colour.
 * @param inputs the files that were read, none of which is overwritten
 * @throws {InputError} where one would be
 */
export async function writeOutputs<Name extends string, Result>(
  outputs: readonly Output<Name>[],
  formats: Formats<Name, Result>,
  resultFor: (format: Name) => Result,
  color: boolean | undefined,
  inputs: readonly string[],
  io: Io,
): Promise<void> {
  const read = new Set(inputs.map((name) => resolve(name)));
  for (const { format, file } of outputs) {
    if (file === undefined || !read.has(resolve(file))) continue;
    const message = "is among what was analysed, and would be overwritten: name another file";
    throw new InputError([{ file: `--format ${format}=${file}`, line: 0, column: 0, message }]);
  }
  for (const { format, file } of outputs) {
    const render = await formats[format].load();
    const colour =
      file === undefined && wantsColour({ flag: color, env: process.env, isTerminal: process.stdout.isTTY });
    const text = render(resultFor(format), colour ? await chalkStyle() : NO_STYLE);
    if (file === undefined) io.out(text);
    else writeAtomically(file, text);
  }
}

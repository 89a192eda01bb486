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
 * @throws {InputError} for a format that does not exist
 */
export function parseOutputs<Name extends string>(
  values: readonly string[] = ["text"],
  formats: Readonly<Record<Name, unknown>>,
): Output<Name>[] {
  return values.map((value) => {
    const equals = value.indexOf("=");
    const format = equals < 0 ? value : value.slice(0, equals);
    if (!isKeyOf(formats, format)) {
      const message = `unknown format "${format}": expected one of ${Object.keys(formats).join(", ")}`;
      throw new InputError([{ file: `--format ${value}`, line: 0, column: 0, message }]);
    }
    return { format, file: equals < 0 ? undefined : value.slice(equals + 1) };
  });
}

function isKeyOf<Name extends string>(table: Readonly<Record<Name, unknown>>, key: string): key is Name {
  return Object.hasOwn(table, key);
}

/** Renders and writes each output; only what goes to a terminal has colour. */
export async function writeOutputs<Name extends string, Result>(
  outputs: readonly Output<Name>[],
  formats: Formats<Name, Result>,
  resultFor: (format: Name) => Result,
  color: boolean | undefined,
  io: Io,
): Promise<void> {
  for (const { format, file } of outputs) {
    const render = await formats[format].load();
    const colour =
      file === undefined && wantsColour({ flag: color, env: process.env, isTerminal: process.stdout.isTTY });
    const text = render(resultFor(format), colour ? await chalkStyle() : NO_STYLE);
    if (file === undefined) io.out(text);
    else writeAtomically(file, text);
  }
}

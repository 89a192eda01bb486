import { dot } from "../graph/dot.js";
import { drawAll } from "../graph/draw.js";
import { type Drawing, leftOutText } from "../graph/drawing.js";
import { mermaid } from "../graph/mermaid.js";
import { select } from "../graph/select.js";
import { leftOutOfGraph, namedClass } from "../query/names.js";
import { InputError } from "../source/input-error.js";
import { type ExaminationOptions, readExamination } from "./examination.js";
import { CLEAN, type Io } from "./io.js";

const FORMATS = {
  dot,
  mermaid,
  json: (drawing: Drawing) => `${JSON.stringify(drawing, null, 2)}\n`,
} as const;

export interface GraphOptions extends ExaminationOptions {
  readonly format: keyof typeof FORMATS;
  readonly focus?: string;
  readonly all?: boolean;
}

/** `graph PATHS...`: the lock graph as a picture's source, or as data. */
export async function graph(paths: readonly string[], options: GraphOptions, io: Io): Promise<number> {
  const examination = await readExamination(paths, options);
  const named = options.focus === undefined ? undefined : namedClass(examination, options.focus, "--focus");
  const because = named === undefined ? undefined : leftOutOfGraph(named);
  if (because !== undefined)
    throw new InputError([{ file: "--focus", line: 0, column: 0, message: because }]);
  const focus = named?.name;
  // Data is not for the eye: nothing is left out of it unasked.
  const all = options.all === true || options.format === "json";
  const drawing = select(drawAll(examination), { focus, all });
  io.out(FORMATS[options.format](drawing));
  const leftOut = leftOutText(drawing);
  if (leftOut !== undefined) io.err(`fence-lockcheck: ${leftOut}\n`);
  return CLEAN;
}

import { namedClass } from "../query/names.js";
import { whyText } from "../why/text.js";
import { why as ask } from "../why/why.js";
import { type ExaminationOptions, readExamination } from "./examination.js";
import { CLEAN, type Io } from "./io.js";
import { outputStyle } from "./terminal.js";

export interface WhyOptions extends ExaminationOptions {
  readonly format: "text" | "json";
  readonly color?: boolean;
}

/** `why A B PATHS...`: every way in which B is taken under A. */
export async function why(
  from: string,
  to: string,
  paths: readonly string[],
  options: WhyOptions,
  io: Io,
): Promise<number> {
  const examination = await readExamination(paths, options);
  const answer = ask(examination, namedClass(examination, from, "why"), namedClass(examination, to, "why"));
  io.out(
    options.format === "json"
      ? `${JSON.stringify(answer, null, 2)}\n`
      : whyText(answer, await outputStyle(options.color)),
  );
  return CLEAN;
}

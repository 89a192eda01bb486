import { existsSync } from "node:fs";
import { impliedOrder, mayNest } from "../order/order.js";
import { orderText, questionText } from "../order/text.js";
import { namedClass } from "../query/names.js";
import { type ExaminationOptions, readExamination } from "./examination.js";
import { isGit } from "./git.js";
import { CLEAN, FINDINGS, type Io } from "./io.js";
import { outputStyle } from "./terminal.js";

export interface OrderOptions extends ExaminationOptions {
  readonly format: "text" | "json";
  readonly color?: boolean;
}

/** `order PATHS... [A B]`: the implied order; or whether B may be taken under A, with status 1 where it may not. */
export async function order(args: readonly string[], options: OrderOptions, io: Io): Promise<number> {
  const { paths, question } = split(args);
  const examination = await readExamination(paths, options);
  const style = await outputStyle(options.color);
  const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  if (question === undefined) {
    const implied = impliedOrder(examination);
    io.out(options.format === "json" ? json(implied) : orderText(implied, style));
    return CLEAN;
  }
  const [outer, inner] = question.map((name) => namedClass(examination, name, "order"));
  const answer = mayNest(examination, outer, inner);
  io.out(options.format === "json" ? json(answer) : questionText(answer, style));
  return answer.question.allowed ? CLEAN : FINDINGS;
}

/** The last two arguments are locks where no file is called so. */
function split(args: readonly string[]): { paths: readonly string[]; question?: readonly [string, string] } {
  const [outer, inner] = args.slice(-2);
  if (args.length < 2 || isInput(outer) || isInput(inner)) return { paths: args };
  return { paths: args.slice(0, -2), question: [outer, inner] };
}

function isInput(argument: string): boolean {
  return isGit(argument) || existsSync(argument);
}

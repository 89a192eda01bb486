import type { Style } from "../report/style.js";
import { chalkStyle, NO_STYLE, wantsColour } from "./style.js";

/** The style for standard output: colour where it is wanted. */
export async function outputStyle(flag: boolean | undefined): Promise<Style> {
  return wantsColour({ flag, env: process.env, isTerminal: process.stdout.isTTY }) ? chalkStyle() : NO_STYLE;
}

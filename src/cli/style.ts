import { PLAIN, type Style } from "../report/style.js";

/** What decides about colour. */
export interface ColourWishes {
  /** `--color` or `--no-color`, where given. */
  readonly flag?: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
}

/** Colour only on a terminal, unless asked for or forbidden: the flag first, then NO_COLOR, FORCE_COLOR, TERM. */
export function wantsColour({ flag, env, isTerminal }: ColourWishes): boolean {
  if (flag !== undefined) return flag;
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "")
    return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return isTerminal && env.TERM !== "dumb";
}

/** chalk 5 does not read NO_COLOR: it is given its level. */
export async function chalkStyle(): Promise<Style> {
  const { Chalk } = await import("chalk");
  const chalk = new Chalk({ level: 1 });
  return {
    error: chalk.red.bold,
    warning: chalk.yellow.bold,
    note: chalk.cyan.bold,
    title: chalk.bold,
    lock: chalk.magenta,
    dim: chalk.dim,
    good: chalk.green,
  };
}

export const NO_STYLE: Style = PLAIN;

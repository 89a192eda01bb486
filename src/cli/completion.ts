import type { Argument, Command, Option } from "commander";
import { RULES } from "../checks/rules.js";
import { bash } from "../completion/bash.js";
import { fish } from "../completion/fish.js";
import type { CommandWords, OptionWords, Values } from "../completion/words.js";
import { zsh } from "../completion/zsh.js";
import { DIFF_FORMATS } from "../diff/formats.js";
import { OPS } from "../manifest/words.js";
import { AUDIT_FORMATS } from "../report/audit.js";
import { FORMATS } from "../report/formats.js";
import { CLEAN, type Io } from "./io.js";
import { policyNames } from "./policies.js";

const SHELLS = { bash, zsh, fish } as const;
export type Shell = keyof typeof SHELLS;

const FILES: Values = { words: [], files: true };
/** Formats that commander knows no choices of, since a file may follow them. */
const FORMATS_OF: Readonly<Record<string, object>> = {
  analyze: FORMATS,
  audit: AUDIT_FORMATS,
  diff: DIFF_FORMATS,
  verify: { text: true, json: true },
};

/** `completion SHELL`: a script that completes commands, options, policies, formats and rules. */
export function completion(shell: Shell, program: Command, io: Io): number {
  io.out(SHELLS[shell](program.name(), program.commands.map(wordsOf)));
  return CLEAN;
}

function wordsOf(command: Command): CommandWords {
  const name = command.name();
  return {
    name,
    description: command.description(),
    options: [...command.options.map((option) => optionOf(name, option)), HELP],
    values: join(command.registeredArguments.map((argument) => argumentValues(name, argument))),
  };
}

const HELP: OptionWords = { flags: ["-h", "--help"], description: "show what the command does" };

function optionOf(command: string, option: Option): OptionWords {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined);
  const takesValue = option.required || option.optional;
  return {
    flags,
    description: option.description,
    value: takesValue ? optionValues(command, option) : undefined,
  };
}

function optionValues(command: string, { long, flags, argChoices }: Option): Values {
  if (argChoices !== undefined) return { words: argChoices, files: false };
  switch (long) {
    case "--policy":
      return { words: policyNames(), files: true };
    case "--format":
      return { words: Object.keys(FORMATS_OF[command] ?? {}), files: false };
    case "--hold":
    case "--drop":
      return {
        words: command === "audit" ? ["fence.lock"] : OPS.map((op) => `${op}=fence.lock`),
        files: false,
      };
    default:
      return { words: [], files: /<(file|path|dir|folder|tree)>/.test(flags) };
  }
}

function argumentValues(command: string, argument: Argument): Values {
  if (argument.argChoices !== undefined) return { words: argument.argChoices, files: false };
  if (argument.name() === "rule|id") return { words: Object.keys(RULES), files: false };
  if (command === "diff") return { words: policyNames(), files: true };
  return FILES;
}

function join(all: readonly Values[]): Values {
  return {
    words: [...new Set(all.flatMap(({ words }) => words))],
    files: all.some(({ files }) => files),
  };
}

import { type Command, Option } from "commander";
import { repeat } from "./command.js";

/** The options that say under which policy the manifests are analysed: those of `analyze`. */
export function policyOptions(command: Command): Command {
  return command
    .option("-p, --policy <name|file>", "the framework's locking rules (default: linux-6.12)")
    .option("--hold <op=lock>", "what if LOCK were taken around every call of OP", repeat)
    .option("--drop <op=lock>", "what if OP were called without LOCK", repeat);
}

export function colourOptions(command: Command): Command {
  return command
    .option("--color", "colour even where the output is no terminal")
    .option("--no-color", "no colour");
}

/** `--format`, one of these; the first is the default. */
export function formatOption(command: Command, formats: readonly string[]): Command {
  return command.addOption(
    new Option("-f, --format <format>", "how to print it").choices(formats).default(formats[0]),
  );
}

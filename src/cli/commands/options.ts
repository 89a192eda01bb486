import { type Command, Option } from "commander";
import { repeat } from "./command.js";

/** `--fail-on`, the same for every command that judges. */
export function failOn(what: string): Option {
  return new Option(
    "--fail-on <severity>",
    `status 1 from this severity of ${what} on (default: error)`,
  ).choices(["error", "warning", "note", "never"]);
}

/** `--hold` and `--drop`. */
export function withWhatIfs(command: Command): Command {
  return command
    .option("--hold <op=lock>", "what if LOCK were taken around every call of OP", repeat)
    .option("--drop <op=lock>", "what if OP were called without LOCK", repeat);
}

/**
 * Refuses an option together with its negation. To commander they are one option of which the last one wins, so that
 * its own conflicts() cannot tell them.
 */
export function notBoth(command: Command, name: string): Command {
  const given = new Set<string>();
  for (const flag of [name, `no-${name}`])
    command.on(`option:${flag}`, () => {
      if (given.add(flag).size < 2) return;
      const message = `error: option '--${name}' cannot be used with option '--no-${name}'`;
      command.error(message, { code: "commander.conflictingOption" });
    });
  return command;
}

/** `--config` and `--no-config`. */
export function withConfig(command: Command): Command {
  const configured = command
    .option(
      "--config <file>",
      "the configuration (default: the nearest fence-lockcheck.json or .yaml, upwards)",
    )
    .option("--no-config", "no configuration file");
  return notBoth(configured, "config");
}

/** `--color` and `--no-color`. */
export function withColour(command: Command): Command {
  return command
    .option("--color", "colour even where the output is no terminal")
    .option("--no-color", "no colour");
}

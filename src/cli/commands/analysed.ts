import { type Command, Option } from "commander";
import { withConfig, withWhatIfs } from "./options.js";

/** What says which analysis is asked about: the same as for `analyze`. */
export function withAnalysis(command: Command): Command {
  return withConfig(
    withWhatIfs(
      command.option("-p, --policy <name|file>", "the framework's locking rules (default: linux-6.12)"),
    ),
  );
}

/** `--format`, one of these; the first is the default. */
export function withFormat(command: Command, formats: readonly [string, ...string[]]): Command {
  return command.addOption(
    new Option("-f, --format <format>", "how to print it").choices(formats).default(formats[0]),
  );
}

export const PATHS = "manifests: files, folders that are read recursively, or git:REV:PATH";

import { Option } from "commander";
import { colourFlag, type Register, repeat } from "./command.js";

export const registerAnalyze: Register = (program, { io, done }) => {
  program
    .command("analyze")
    .description("report every deadlock of these manifests under a policy")
    .argument("<paths...>", "manifests: files, or folders that are read recursively")
    .option("-p, --policy <name|file>", "the framework's locking rules (default: linux-6.12)")
    .option("--hold <op=lock>", "what if LOCK were taken around every call of OP", repeat)
    .option("--drop <op=lock>", "what if OP were called without LOCK", repeat)
    .option("-f, --format <format[=file]>", "text, json, ...; several are possible, each to its file", repeat)
    .addOption(
      new Option("--fail-on <severity>", "status 1 from this severity on").choices([
        "error",
        "warning",
        "note",
        "never",
      ]),
    )
    .option("--color", "colour even where the output is no terminal")
    .option("--no-color", "no colour")
    .addHelpText(
      "after",
      `
Examples:
  $ fence-lockcheck analyze manifests/
  $ fence-lockcheck analyze manifests/ --policy rfc-ops-under-fence-lock
  $ fence-lockcheck analyze manifests/ --hold set_deadline=fence.lock --format json`,
    )
    .action(async (paths: string[], options) => {
      const { analyze } = await import("../analyze.js");
      done(await analyze(paths, { ...options, color: colourFlag(options.color) }, io));
    });
};

import type { Register } from "./command.js";
import { withConfig } from "./options.js";

export const registerBaseline: Register = (program, { io, done }) => {
  const command = program
    .command("baseline")
    .description("write down what is found today, so that only what is new counts from now on")
    .argument("[paths...]", "manifests: files, or folders that are read recursively")
    .option("-p, --policy <name|file>", "the framework's locking rules (default: linux-6.12)")
    .option(
      "-o, --output <file>",
      "the baseline, JSON or YAML by its name (default: fence-lockcheck-baseline.yaml)",
    )
    .option("--update", "add what is new to the baseline that is there; what it says of the others is kept")
    .option("--prune", "take out of the baseline that is there what is no longer found")
    .option("--reason <text>", "why the new ones may stay")
    .option("--owner <who>", "who sees to the new ones")
    .option("--expires <day>", "the last day on which the new ones may stay, as YYYY-MM-DD");
  withConfig(command)
    .addHelpText(
      "after",
      `
Examples:
  $ fence-lockcheck baseline manifests/
  $ fence-lockcheck analyze manifests/ --baseline fence-lockcheck-baseline.yaml
  $ fence-lockcheck baseline manifests/ --update --prune --reason "reported upstream" --expires 2027-01-31`,
    )
    .action(async (paths: string[], options) => {
      const { baseline } = await import("../baseline.js");
      done(await baseline(paths, options, io));
    });
};

import { colourFlag, type Register } from "./command.js";
import { withColour, withConfig } from "./options.js";

export const registerAudit: Register = (program, { io, done }) => {
  const command = program
    .command("audit")
    .description("for every op: what if the framework called it with a lock held? And the lifetime questions")
    .argument("[paths...]", "manifests: files, folders that are read recursively, or git:REV:PATH")
    .requiredOption("--hold <lock>", "the lock: fence.lock, or a class")
    .option("-p, --policy <name|file>", "the framework's locking rules as they are (default: linux-6.12)")
    .option("-f, --format <format>", "text, markdown or json", "text");
  withColour(withConfig(command))
    .addHelpText(
      "after",
      `
Examples:
  $ fence-lockcheck audit manifests/ --hold fence.lock
  $ fence-lockcheck audit manifests/msm.yaml --hold fence.lock --format markdown`,
    )
    .action(async (paths: string[], options) => {
      const { audit } = await import("../audit.js");
      done(await audit(paths, { ...options, color: colourFlag(options.color) }, io));
    });
};

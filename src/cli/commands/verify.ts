import { type Register, repeat } from "./command.js";

export const registerVerify: Register = (program, { io, done }) => {
  program
    .command("verify")
    .description("is every claim of the manifests and policies still true of a kernel tree?")
    .argument("<paths...>", "manifests: files, or folders that are read recursively")
    .requiredOption("--source <dir>", "the unpacked kernel tree that their `at` point into")
    .option("-p, --policy <name|file>", "a policy whose lines to check, too", repeat)
    .option("-f, --format <format>", "text or json")
    .option("--complete", "also fail where the tree has a dma_fence_ops table that no manifest covers")
    .option("--all", "list the claims that hold, too")
    .addHelpText(
      "after",
      `
Examples:
  $ fence-lockcheck verify --source ../linux-source-6.12 manifests/ --policy linux-6.12 --complete`,
    )
    .action(async (paths: string[], options) => {
      const { verify } = await import("../verify.js");
      done(await verify(paths, options, io));
    });
};

import { colourFlag, type Register, repeat } from "./command.js";
import { failOn, withColour, withConfig, withWhatIfs } from "./options.js";

export const registerDiff: Register = (program, { io, done }) => {
  const command = program
    .command("diff")
    .description("what one policy, what-if or state of the manifests does to another")
    .argument("<base>", "a policy: a name, a file or git:REV:PATH")
    .argument(
      "[head-and-paths...]",
      "the policy to compare it with (not with --hold or --drop, nor for manifests alone), then manifests",
    )
    .option("--manifests-base <path>", "manifests of BASE, where they differ: git:REV:PATH, say", repeat)
    .option("--manifests-head <path>", "manifests of HEAD, where they differ", repeat)
    .option("-f, --format <format[=file]>", "text, json, markdown, mail or compact", repeat)
    .addOption(failOn("introduced finding"));
  withColour(withConfig(withWhatIfs(command)))
    .addHelpText(
      "after",
      `
Examples:
  $ fence-lockcheck diff linux-7.1 rfc-ops-under-fence-lock manifests/
  $ fence-lockcheck diff linux-7.1 --hold set_deadline=fence.lock manifests/ --format mail
  $ fence-lockcheck diff git:main:rules/mine.yaml rules/mine.yaml manifests/
  $ fence-lockcheck diff linux-6.12 --manifests-base git:HEAD~1:manifests --manifests-head manifests/`,
    )
    .action(async (base: string, rest: string[], options) => {
      const { diff } = await import("../diff.js");
      done(await diff(base, rest, { ...options, color: colourFlag(options.color) }, io));
    });
};

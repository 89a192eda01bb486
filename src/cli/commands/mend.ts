import { PATHS, withAnalysis, withFormat } from "./analysed.js";
import { colourFlag, type Register } from "./command.js";
import { withColour } from "./options.js";

export const registerMend: Register = (program, { io, done }) => {
  const command = program
    .command("mend")
    .description("try changes against one finding: which remove it, and what would they break?")
    .argument("<id>", "the id of a finding")
    .argument("[paths...]", `the ${PATHS}`);
  withColour(withFormat(withAnalysis(command), ["text", "json"]))
    .addHelpText(
      "after",
      `
An id may be cut short as long as it fits one finding. The status is 1 where no change that was tried removes it.

Examples:
  $ fence-lockcheck mend self-deadlock-d323 manifests/ --policy rfc-ops-under-fence-lock
  $ fence-lockcheck mend lock-order-d6dc manifests/ --format json`,
    )
    .action(async (id: string, paths: string[], options) => {
      const { mend } = await import("../mend.js");
      done(await mend(id, paths, { ...options, color: colourFlag(options.color) }, io));
    });
};

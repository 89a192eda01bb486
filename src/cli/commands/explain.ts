import { PATHS, withAnalysis } from "./analysed.js";
import { colourFlag, type Register } from "./command.js";
import { withColour } from "./options.js";

export const registerExplain: Register = (program, { io, done }) => {
  const command = program
    .command("explain")
    .description("tell all about a rule, or about one finding and its rule; without argument: list the rules")
    .argument("[rule|id]", "a rule, or the id of a finding")
    .argument("[paths...]", `with an id: the ${PATHS}`);
  withColour(withAnalysis(command))
    .addHelpText(
      "after",
      `
An id may be cut short as long as it fits one finding.

Examples:
  $ fence-lockcheck explain
  $ fence-lockcheck explain irq-inversion
  $ fence-lockcheck explain self-deadlock-d323 manifests/ --policy rfc-ops-under-fence-lock`,
    )
    .action(async (what: string | undefined, paths: string[], options) => {
      const { explain } = await import("../explain.js");
      done(await explain(what, paths, { ...options, color: colourFlag(options.color) }, io));
    });
};

import { PATHS, withAnalysis, withFormat } from "./analysed.js";
import type { Register } from "./command.js";

export const registerGraph: Register = (program, { io, done }) => {
  const command = program
    .command("graph")
    .description("draw the lock graph: which lock is taken under which, with what deadlocks in red")
    .argument("[paths...]", PATHS);
  withFormat(withAnalysis(command), ["dot", "mermaid", "json"])
    .option("--focus <lock>", "only what is next to this lock (a class, or driver/fence)")
    .option("--all", "everything, where a big graph would be cut down to what the errors are about")
    .addHelpText(
      "after",
      `
Examples:
  $ fence-lockcheck graph manifests/msm.yaml | dot -Tsvg > msm.svg
  $ fence-lockcheck graph manifests/ --focus msm/msm --format mermaid
  $ fence-lockcheck graph manifests/ --format json`,
    )
    .action(async (paths: string[], options) => {
      const { graph } = await import("../graph.js");
      done(await graph(paths, options, io));
    });
};

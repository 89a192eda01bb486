import { PATHS, withAnalysis, withFormat } from "./analysed.js";
import { colourFlag, type Register } from "./command.js";
import { withColour } from "./options.js";

export const registerWhy: Register = (program, { io, done }) => {
  const command = program
    .command("why")
    .description("show every way in which lock B is taken while lock A is held")
    .argument("<a>", "the lock that is held: a class, or driver/fence for the lock of that fence")
    .argument("<b>", "the lock that is taken")
    .argument("[paths...]", PATHS);
  withColour(withFormat(withAnalysis(command), ["text", "json"]))
    .addHelpText(
      "after",
      `
Examples:
  $ fence-lockcheck why msm_fence_context.spinlock kthread_worker.lock manifests/
  $ fence-lockcheck why dma_fence_array/array sw_sync/timeline manifests/
  $ fence-lockcheck why msm/msm msm/msm manifests/msm.yaml --hold set_deadline=fence.lock`,
    )
    .action(async (from: string, to: string, paths: string[], options) => {
      const { why } = await import("../why.js");
      done(await why(from, to, paths, { ...options, color: colourFlag(options.color) }, io));
    });
};

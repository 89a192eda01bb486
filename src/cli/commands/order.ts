import { PATHS, withAnalysis, withFormat } from "./analysed.js";
import { colourFlag, type Register } from "./command.js";
import { withColour } from "./options.js";

export const registerOrder: Register = (program, { io, done }) => {
  const command = program
    .command("order")
    .description("show the lock order that the manifests imply; with A and B, whether B may be taken under A")
    .argument("[paths...]", `${PATHS}; then, if you like, two locks A and B`);
  withColour(withFormat(withAnalysis(command), ["text", "json"]))
    .addHelpText(
      "after",
      `
A and B are lock classes, or driver/fence for the lock of that fence. With them, the status is 1 where B may not be
taken under A.

Examples:
  $ fence-lockcheck order manifests/msm.yaml
  $ fence-lockcheck order manifests/ reservation_ww_class_mutex mmap_lock
  $ fence-lockcheck order manifests/ dma_fence_chain/chain msm/msm`,
    )
    .action(async (args: string[], options) => {
      const { order } = await import("../order.js");
      done(await order(args, { ...options, color: colourFlag(options.color) }, io));
    });
};

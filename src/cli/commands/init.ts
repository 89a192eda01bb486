import { Argument } from "commander";
import type { Register } from "./command.js";

export const registerInit: Register = (program, { io, done }) => {
  program
    .command("init")
    .description("write a commented manifest or policy to start from")
    .addArgument(new Argument("[kind]", "what to write").choices(["manifest", "policy"]).default("manifest"))
    .argument("[file]", "where to (default: NAME.yaml; -: print it); a file that is there is left alone")
    .option("--driver <name>", "the driver's name, or the policy's")
    .addHelpText(
      "after",
      `
Examples:
  $ fence-lockcheck init --driver panthor
  $ fence-lockcheck init manifest manifests/mine.yaml --driver mine
  $ fence-lockcheck init policy rules/my-rfc.yaml --driver my-rfc`,
    )
    .action(async (kind, file: string | undefined, options) => {
      const { init } = await import("../init.js");
      done(init(kind, file, options, io));
    });
};

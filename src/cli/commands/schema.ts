import { Argument } from "commander";
import type { Register } from "./command.js";

export const registerSchema: Register = (program, { io, done }) => {
  program
    .command("schema")
    .description("print the JSON Schema (draft 7) of manifests, policies or reports")
    .addArgument(new Argument("<what>", "whose schema").choices(["manifest", "policy", "report"]))
    .addHelpText(
      "after",
      `
The package has them as files, too, in its folder schemas/. A YAML file whose first line is
  # yaml-language-server: $schema=PATH/manifest.schema.json
is checked and completed by editors.

Examples:
  $ fence-lockcheck schema manifest > manifest.schema.json
  $ fence-lockcheck schema report`,
    )
    .action(async (what) => {
      const { schema } = await import("../schema.js");
      done(schema(what, io));
    });
};

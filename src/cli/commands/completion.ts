import { Argument } from "commander";
import type { Register } from "./command.js";

export const registerCompletion: Register = (program, { io, done }) => {
  program
    .command("completion")
    .description("print a script by which a shell completes commands, options, policies and rules")
    .addArgument(new Argument("<shell>", "which shell").choices(["bash", "zsh", "fish"]))
    .addHelpText(
      "after",
      `
Examples:
  $ eval "$(fence-lockcheck completion bash)"
  $ fence-lockcheck completion fish > ~/.config/fish/completions/fence-lockcheck.fish`,
    )
    .action(async (shell) => {
      const { completion } = await import("../completion.js");
      done(completion(shell, program, io));
    });
};

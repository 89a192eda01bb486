import { Command, CommanderError } from "commander";
import { VERSION } from "../analysis/version.js";
import { formatDiagnostic, InputError } from "../source/input-error.js";
import { registerAnalyze } from "./commands/analyze.js";
import { registerAudit } from "./commands/audit.js";
import { registerBaseline } from "./commands/baseline.js";
import type { Register } from "./commands/command.js";
import { registerCompletion } from "./commands/completion.js";
import { registerDiff } from "./commands/diff.js";
import { registerExplain } from "./commands/explain.js";
import { registerGraph } from "./commands/graph.js";
import { registerInit } from "./commands/init.js";
import { registerMend } from "./commands/mend.js";
import { registerOrder } from "./commands/order.js";
import { registerSchema } from "./commands/schema.js";
import { registerVerify } from "./commands/verify.js";
import { registerWhy } from "./commands/why.js";
import { type Io, UNUSABLE } from "./io.js";

const io: Io = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

/** Runs the command line; the exit status is left in process.exitCode, so that piped output is written whole. */
export async function main(args: readonly string[]): Promise<void> {
  // A reader that has seen enough (`| head`) closes the pipe: no failure of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  const program = commandLine((status) => {
    process.exitCode = status;
  });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = failure(error);
  }
}

/** What the user can mend is a message and status 2; a bug of ours keeps its stack. */
function failure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : UNUSABLE;
  if (!(error instanceof InputError)) throw error;
  for (const diagnostic of error.diagnostics) {
    io.err(`${formatDiagnostic(diagnostic)}\n`);
    if (diagnostic.frame !== undefined) io.err(`${diagnostic.frame}\n`);
  }
  const count = error.diagnostics.length;
  io.err(
    `fence-lockcheck: ${count === 1 ? "1 error" : `${count} errors`} in the input, nothing was analysed\n`,
  );
  return UNUSABLE;
}

const COMMANDS: readonly Register[] = [
  registerAnalyze,
  registerAudit,
  registerBaseline,
  registerCompletion,
  registerDiff,
  registerExplain,
  registerGraph,
  registerInit,
  registerMend,
  registerOrder,
  registerSchema,
  registerVerify,
  registerWhy,
];

function commandLine(done: (status: number) => void): Command {
  const program = new Command("fence-lockcheck")
    .description("lockdep-style deadlock checker for the Linux kernel's dma_fence_ops")
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError("(fence-lockcheck --help shows what there is)")
    .enablePositionalOptions();
  for (const register of COMMANDS) register(program, { io, done });
  return program;
}

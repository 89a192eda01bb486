import { Command, CommanderError } from "commander";
import { VERSION } from "../analysis/version.js";
import { formatDiagnostic, InputError, OutputError } from "../source/input-error.js";
import type { Register } from "./commands/command.js";
import { type Io, UNUSABLE } from "./io.js";

const io: Io = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

/** Runs the command line; the exit status is left in process.exitCode, so that piped output is written whole. */
export async function main(args: readonly string[]): Promise<void> {
  // A reader that has seen enough (`| head`) closes the pipe: no failure of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    io.err(`fence-lockcheck: error: cannot write to standard output: ${error.message}\n`);
    process.exit(UNUSABLE);
  });
  try {
    const program = await commandLine(args, (status) => {
      process.exitCode = status;
    });
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = failure(error);
  }
}

/** More errors than this at once help nobody. */
const MOST_ERRORS = 50;

/** What the user can mend is a message and status 2; a bug of ours keeps its stack. */
function failure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : UNUSABLE;
  if (!(error instanceof InputError)) throw error;
  for (const diagnostic of error.diagnostics.slice(0, MOST_ERRORS)) {
    io.err(`${formatDiagnostic(diagnostic)}\n`);
    if (diagnostic.frame !== undefined) io.err(`${diagnostic.frame}\n`);
  }
  if (error instanceof OutputError) return UNUSABLE;
  const count = error.diagnostics.length;
  if (count > MOST_ERRORS) io.err(`... and ${count - MOST_ERRORS} more\n`);
  io.err(
    `fence-lockcheck: ${count === 1 ? "1 error" : `${count} errors`} in the input, nothing was analysed\n`,
  );
  return UNUSABLE;
}

/** By name, where each command is declared: in the order of `--help`. */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  analyze: async () => (await import("./commands/analyze.js")).registerAnalyze,
  audit: async () => (await import("./commands/audit.js")).registerAudit,
  baseline: async () => (await import("./commands/baseline.js")).registerBaseline,
  completion: async () => (await import("./commands/completion.js")).registerCompletion,
  diff: async () => (await import("./commands/diff.js")).registerDiff,
  explain: async () => (await import("./commands/explain.js")).registerExplain,
  graph: async () => (await import("./commands/graph.js")).registerGraph,
  init: async () => (await import("./commands/init.js")).registerInit,
  mend: async () => (await import("./commands/mend.js")).registerMend,
  order: async () => (await import("./commands/order.js")).registerOrder,
  schema: async () => (await import("./commands/schema.js")).registerSchema,
  verify: async () => (await import("./commands/verify.js")).registerVerify,
  why: async () => (await import("./commands/why.js")).registerWhy,
};

/** Only the command that is called is declared; all of them where help, completion or a suggestion may need them. */
async function commandLine(args: readonly string[], done: (status: number) => void): Promise<Command> {
  const program = new Command("fence-lockcheck")
    .description("lockdep-style deadlock checker for the Linux kernel's dma_fence_ops")
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError("(fence-lockcheck --help shows what there is)")
    .enablePositionalOptions();
  const [name] = args;
  const one =
    name === undefined || name === "completion" || !Object.hasOwn(COMMANDS, name) ? undefined : name;
  for (const declare of one === undefined ? Object.values(COMMANDS) : [COMMANDS[one]])
    (await declare())(program, { io, done });
  return program;
}

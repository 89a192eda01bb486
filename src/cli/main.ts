import { Command, CommanderError, Option } from "commander";
import { VERSION } from "../analysis/version.js";
import { formatDiagnostic, InputError } from "../source/input-error.js";
import { type Io, UNUSABLE } from "./io.js";

const io: Io = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

/** Runs the command line; the exit status is left in process.exitCode, so that piped output is written whole. */
export async function main(args: readonly string[]): Promise<void> {
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
  io.err(`fence-lockcheck: ${count === 1 ? "1 error" : `${count} errors`} in the input, nothing was analysed\n`);
  return UNUSABLE;
}

const repeat = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

function commandLine(done: (status: number) => void): Command {
  const program = new Command("fence-lockcheck")
    .description("lockdep-style deadlock checker for the Linux kernel's dma_fence_ops")
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError("(fence-lockcheck --help shows what there is)")
    .enablePositionalOptions();

  program
    .command("analyze")
    .description("report every deadlock of these manifests under a policy")
    .argument("<paths...>", "manifests: files, or folders that are read recursively")
    .option("-p, --policy <name|file>", "the framework's locking rules (default: linux-6.12)")
    .option("--hold <op=lock>", "what if LOCK were taken around every call of OP", repeat)
    .option("--drop <op=lock>", "what if OP were called without LOCK", repeat)
    .option("-f, --format <format[=file]>", "text, json, ...; several are possible, each to its file", repeat)
    .addOption(new Option("--fail-on <severity>", "status 1 from this severity on").choices(["error", "warning", "note", "never"]))
    .option("--color", "colour even where the output is no terminal")
    .option("--no-color", "no colour")
    .addHelpText(
      "after",
      `
Examples:
  $ fence-lockcheck analyze manifests/
  $ fence-lockcheck analyze manifests/ --policy rfc-ops-under-fence-lock
  $ fence-lockcheck analyze manifests/ --hold set_deadline=fence.lock --format json`,
    )
    .action(async (paths: string[], options) => {
      const { analyze } = await import("./analyze.js");
      done(await analyze(paths, { ...options, color: colourFlag(options.color) }, io));
    });
  return program;
}

/** commander makes --no-color's default true; only a flag that was given counts. */
function colourFlag(value: boolean | undefined): boolean | undefined {
  const given = process.argv.some((arg) => arg === "--color" || arg === "--no-color");
  return given ? value : undefined;
}

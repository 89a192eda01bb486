import { colourFlag, type Register, repeat } from "./command.js";
import { failOn, notBoth, withColour, withConfig, withWhatIfs } from "./options.js";

export const registerAnalyze: Register = (program, { io, done }) => {
  const command = program
    .command("analyze")
    .description("report every deadlock of these manifests under a policy")
    .argument("[paths...]", "manifests: files, folders that are read recursively, or git:REV:PATH")
    .option("-p, --policy <name|file>", "the framework's locking rules (default: linux-6.12)")
    .option("-f, --format <format[=file]>", "text, json, ...; several are possible, each to its file", repeat)
    .addOption(failOn("finding"))
    .option("--baseline <file>", "findings that are known, and do not count")
    .option("--no-baseline", "none, whatever the configuration says")
    .option("--strict-baseline", "a stale or expired entry of the baseline is an error")
    .option("--mend", "try changes against the errors, and tell which remove them and what they break");
  withColour(withConfig(withWhatIfs(notBoth(command, "baseline"))))
    .addHelpText(
      "after",
      `
Examples:
  $ fence-lockcheck analyze manifests/
  $ fence-lockcheck analyze manifests/ --policy rfc-ops-under-fence-lock
  $ fence-lockcheck analyze manifests/ --hold set_deadline=fence.lock --format json
  $ fence-lockcheck analyze manifests/ --hold set_deadline=fence.lock --mend
  $ fence-lockcheck analyze manifests/ --baseline fence-lockcheck-baseline.yaml`,
    )
    .action(async (paths: string[], options) => {
      const { analyze } = await import("../analyze.js");
      done(await analyze(paths, { ...options, color: colourFlag(options.color) }, io));
    });
};

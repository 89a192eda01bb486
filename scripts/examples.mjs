// Runs the worked example in docs/ci.md once more, in a git repository of its own, and writes what its commands print:
// a part of `npm run results`. With --check nothing is written; status 1 where the page is not what would be.
//
// A block after <!-- file: PATH --> is written to PATH. In a block of `console`, every line that begins with `$ ` is
// run by one shell, from the first to the last, and what it prints stands below it.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PAGE = `${ROOT}docs/ci.md`;
/** What the repository of the example has from the start. */
const DRIVERS = ["msm", "sw_sync"];

const BLOCK = /(?:<!-- file: (?<file>.*?) -->\n+)?```(?<language>\w*)\n(?<content>.*?)^```$/gms;
/** Stands in the output where a command has ended. */
const END = "\u001e";

/** So that it does not matter who runs it. */
const IDENTITY = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_AUTHOR_NAME: "A. Maintainer",
  GIT_AUTHOR_EMAIL: "maintainer@example.org",
  GIT_COMMITTER_NAME: "A. Maintainer",
  GIT_COMMITTER_EMAIL: "maintainer@example.org",
};

const before = readFileSync(PAGE, "utf8");
const after = replayed(before);
if (!process.argv.includes("--check")) writeFileSync(PAGE, after);
else if (after !== before) {
  console.error("docs/ci.md does not show what its commands print today: run `npm run results`");
  process.exitCode = 1;
}

function replayed(page) {
  const blocks = [...page.matchAll(BLOCK)].map(({ groups }) => groups);
  const outputs = run(blocks.flatMap(script));
  return page.replace(BLOCK, (block, ...rest) => {
    const { file, language, content } = rest.at(-1);
    if (file !== undefined || language !== "console") return block;
    const shown = commands(content).map((command) => `$ ${command}\n${outputs.shift()}`);
    return `\`\`\`console\n${shown.join("")}\`\`\``;
  });
}

/** What the shell has to do for a block. */
function script({ file, language, content }) {
  if (file !== undefined)
    return [`mkdir -p "$(dirname '${file}')"; cat > '${file}' <<'CONTENT'\n${content}CONTENT`];
  return language === "console" ? commands(content).map((command) => `${command}\nended $?`) : [];
}

function commands(content) {
  return content.split("\n").flatMap((line) => (line.startsWith("$ ") ? [line.slice(2)] : []));
}

/** Runs it all in one shell; returns what each command printed, on whichever stream. */
function run(lines) {
  const folder = mkdtempSync(join(tmpdir(), "fence-lockcheck-example-"));
  const [bin, repository] = [join(folder, "bin"), join(folder, "repository")];
  mkdirSync(bin);
  writeFileSync(join(bin, "fence-lockcheck"), `#!/bin/sh\nexec node '${ROOT}bin/fence-lockcheck.js' "$@"\n`);
  chmodSync(join(bin, "fence-lockcheck"), 0o755);
  for (const driver of DRIVERS)
    cpSync(`${ROOT}manifests/${driver}.yaml`, join(repository, `manifests/${driver}.yaml`));
  const start = [
    `ended() { printf '${END}'; return "$1"; }`,
    "git init --quiet --initial-branch main; git add .; git commit --quiet --message 'Two drivers'",
  ];
  const { status, stdout, error } = spawnSync("bash", ["--noprofile", "--norc", "-s"], {
    cwd: repository,
    input: ["exec 2>&1", ...start, ...lines, "exit 0", ""].join("\n"),
    encoding: "utf8",
    env: { PATH: `${bin}:${process.env.PATH}`, ...IDENTITY },
  });
  rmSync(folder, { recursive: true });
  if (error !== undefined || status !== 0)
    throw error ?? new Error(`the example ended with ${status}: ${stdout}`);
  return stdout.split(END);
}

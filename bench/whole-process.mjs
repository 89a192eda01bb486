import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median, table, time } from "./figures.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const COMMANDS = {
  "node -e 0": ["-e", "0"],
  "analyze manifests/": ["bin/fence-lockcheck.js", "analyze", "manifests/"],
};
const RUNS = 7;

/** From start to exit, beside a node that does nothing; the two take turns. */
export function wholeProcess() {
  const runs = Object.keys(COMMANDS).map(() => []);
  for (let run = 0; run < RUNS; run++)
    for (const [i, args] of Object.values(COMMANDS).entries()) runs[i].push(once(args));
  const medians = runs.map(median);
  return table(
    ["process", "median", "fastest", "slowest", "times node -e 0"],
    Object.keys(COMMANDS).map((name, i) => [
      name,
      time(medians[i]),
      time(Math.min(...runs[i])),
      time(Math.max(...runs[i])),
      (medians[i] / medians[0]).toFixed(2),
    ]),
  );
}

function once(args) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  const passed = performance.now() - start;
  // 1: there are findings.
  if (status !== 0 && status !== 1) throw new Error(stderr);
  return passed;
}

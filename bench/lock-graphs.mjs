import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median, table, time } from "./figures.mjs";

const CASE = fileURLToPath(new URL("lock-graph-case.mjs", import.meta.url));
const LIMIT = 60_000;
const SIZES = [
  [1_000, 10_000],
  [10_000, 100_000],
  [100_000, 1_000_000],
];
const CASES = [
  ...SIZES.map((size) => ["acyclic", ...size]),
  ...SIZES.map((size) => ["planted", ...size]),
  ...SIZES.map((size) => ["giant", ...size]),
];

/** Synthetic lock graphs from names to verdict, beside graphlib's components of the same graph. */
export function lockGraphs() {
  const rows = CASES.map(([shape, classes, dependencies]) => {
    const ours = measure("fence-lockcheck", shape, classes, dependencies);
    const theirs = measure("graphlib", shape, classes, dependencies);
    return { name: `${shape} ${count(classes)} x ${count(dependencies)}`, ours, theirs };
  });
  const verdicts = rows.map(({ name, ours }) =>
    ours.timedOut
      ? [name, "over 60 s"]
      : [
          name,
          time(ours.build),
          time(ours.components),
          time(ours.shortest),
          time(total(ours)),
          `${ours.megabytes} MB`,
          count(ours.onCycles),
          time(ours.list),
          count(ours.cycles),
        ],
  );
  const ratios = rows.map(({ name, ours, theirs }) => [name, ...beside(ours, theirs)]);
  return [
    table(
      ["lock graph", "build", "components", "shortest", "total", "memory", "on cycles", "list", "listed"],
      verdicts,
    ),
    table(
      ["lock graph", "graphlib build", "components", "memory", "components ratio", "ratio to our total"],
      ratios,
    ),
  ].join("\n\n");
}

function beside(ours, theirs) {
  if (theirs.timedOut) return ["over 60 s"];
  if (theirs.overflow !== undefined)
    return [time(theirs.build), "stack overflow", `${theirs.megabytes} MB`, "-", "-"];
  const theirTotal = theirs.build + theirs.components;
  return [
    time(theirs.build),
    time(theirs.components),
    `${theirs.megabytes} MB`,
    ours.timedOut ? "-" : times(theirTotal / (ours.build + ours.components)),
    ours.timedOut ? "-" : times(theirTotal / total(ours)),
  ];
}

function total({ build, components, shortest }) {
  return build + components + shortest;
}

/** The median, by total time, of three processes; a single one where it takes seconds. */
function measure(library, ...input) {
  const runs = [];
  while (runs.length < 3) {
    const { stdout, stderr, status, error } = spawnSync(
      process.execPath,
      [CASE, library, ...input.map(String)],
      {
        encoding: "utf8",
        timeout: LIMIT,
      },
    );
    if (error?.code === "ETIMEDOUT") return { timedOut: true };
    if (status !== 0) throw new Error(stderr);
    const run = JSON.parse(stdout);
    runs.push(run);
    if (spent(run) > 3_000) return run;
  }
  const middle = median(runs.map(spent));
  return runs.find((run) => spent(run) === middle);
}

function spent({ build, components = 0, shortest = 0, list = 0, overflow = 0 }) {
  return build + components + shortest + list + overflow;
}

function times(ratio) {
  return `${ratio.toFixed(ratio < 10 ? 1 : 0)}x`;
}

function count(number) {
  return number.toLocaleString("en-US");
}

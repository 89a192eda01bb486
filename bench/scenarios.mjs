import { readFileSync } from "node:fs";
import { analyze, parseManifests, parsePolicy } from "../dist/index.js";
import { median, table } from "./figures.mjs";

const FILE = new URL("../fixtures/conformance/lockdep-scenarios.jsonl", import.meta.url);
const WARM_UP = 2;
const ROUNDS = 7;

/** Scenarios a second through the library, their manifests read beforehand. */
export function scenarios() {
  const policy = parsePolicy(JSON.stringify({ policy: 1, name: "none" }), "none.json");
  const inputs = readFileSync(FILE, "utf8")
    .trim()
    .split("\n")
    .map((line) => manifestOf(JSON.parse(line)));
  const rates = [];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const start = performance.now();
    for (const manifests of inputs) analyze({ manifests, policy });
    if (round >= 0) rates.push((1000 * inputs.length) / (performance.now() - start));
  }
  const perSecond = (rate) => Math.round(rate).toLocaleString("en-US");
  return table(
    ["scenarios", "rounds", "best, a second", "median, a second"],
    [[String(inputs.length), String(ROUNDS), perSecond(Math.max(...rates)), perSecond(median(rates))]],
  );
}

/** As test/conformance/scenario.ts makes them: each section a path, each lock a class of its own. */
function manifestOf({ id, locks, sections }) {
  const kinds = Object.fromEntries(Object.entries(locks).map(([name, kind]) => [name, { kind }]));
  const paths = Object.fromEntries(
    sections.map(({ context, steps }, index) => [`section_${index}`, { context, steps: steps.map(stepOf) }]),
  );
  const text = JSON.stringify({ manifest: 1, driver: "scenario", locks: kinds, paths });
  return parseManifests(text, `${id}.json`);
}

function stepOf(step) {
  if (step.op === "release") return { unlock: step.lock };
  const { lock, mode, subclass, irq } = step;
  return {
    lock,
    mode,
    ...(irq === "save" ? { irq: "save" } : {}),
    ...(irq === "bh" ? { bh: true } : {}),
    ...(subclass ? { subclass } : {}),
    ...(step.try ? { try: true } : {}),
  };
}

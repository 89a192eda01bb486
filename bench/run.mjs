// How fast it is, measured on dist/: `npm run build`, then `npm run bench`. What the tables mean: bench/README.md.
import { availableParallelism, loadavg } from "node:os";

const PARTS = [
  ["Scenarios through the library", async () => (await import("./scenarios.mjs")).scenarios()],
  ["Synthetic lock graphs", async () => (await import("./lock-graphs.mjs")).lockGraphs()],
  ["Whole process", async () => (await import("./whole-process.mjs")).wholeProcess()],
];

console.log(`node ${process.version}, ${availableParallelism()} cores, load average ${load()} at the start`);
for (const [title, part] of PARTS) console.log(`\n## ${title}\n\n${await part()}`);
console.log(`\nload average ${load()} at the end`);

function load() {
  return loadavg()
    .map((average) => average.toFixed(2))
    .join(" ");
}

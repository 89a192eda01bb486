// Writes docs/results.md, what the program says of the drivers in manifests/ under each policy in rules/:
// `npm run results`. With --check nothing is written; status 1 where the file is not what would be.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseBaseline } from "../dist/baseline/read.js";
import { loadPolicy, parseManifests, parsePolicy } from "../dist/index.js";
import { auditSection } from "./results/audit.mjs";
import { code } from "./results/markdown.mjs";
import { examined, glance, perDriver, policySection } from "./results/policies.mjs";

const FILE = "docs/results.md";
const BASELINE = "baseline.json";
// So that files are named as from the top of the repository, wherever this is run.
process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const READING = `How to read it:

- A finding is about what the manifests and the policy say. Every step of them names its kernel line, in TREE: read
  the line before you believe the finding. A step of a policy that is in no tree yet has its line in \`rules/\` instead.
  The line that stands with a finding is where the lock is taken that may not be (of a cycle, one of those places), or
  where the sleep is.
- **definite**: one thread gets stuck for certain, once it comes this way. **possible**: two threads have to meet in a
  certain order, or two objects of one class to be the same. A *guarded* cycle, which a common lock keeps apart, is a
  note. Notes are counted here and not listed. [semantics.md](semantics.md) says what each rule means.
- \`signal(driver/fence)\` stands for the signalling of such fences: whoever waits for one takes it, and whatever runs up
  to the signal holds it. \`run(driver:path)\` and \`queue(driver:name)\` are the same for work, timers and handlers.
- The whole evidence of a finding (entry point, calls, positions, a schedule of the CPUs) is in the output of the command
  that stands with each table.
- Two policies are compared by fingerprint: rule, locks, fences and ops. A deadlock that comes about through another op
  than before is one fixed and one introduced.`;

const text = results();
if (!process.argv.includes("--check")) writeFileSync(FILE, text);
else if (readFileSync(FILE, "utf8") !== text) {
  console.error(`${FILE} is not what the program says today: run \`npm run results\``);
  process.exitCode = 1;
}

function results() {
  const manifests = yamlFiles("manifests").flatMap((file) =>
    parseManifests(readFileSync(file, "utf8"), file),
  );
  const policies = policiesInOrder();
  const all = policies.map((policy) => examined(manifests, policy));
  const { drivers, fences, lockClasses } = all[0].report.summary;
  const { findings: known } = parseBaseline(readFileSync(BASELINE, "utf8"), BASELINE);
  const reasons = new Map(known.map(({ id, reason }) => [id, reason]));
  const trees = [...new Set(manifests.map(({ source }) => source))].join(", ");
  const sections = [
    "# Results",
    `What fence-lockcheck says of the ${drivers} drivers in \`manifests/\` (${fences} fences, ${lockClasses} lock classes) under each policy in
\`rules/\`. The program wrote this page: \`npm run results\`.`,
    READING.replace("TREE", code(trees)),
    "## At a glance",
    glance(all),
    `By driver, as errors / warnings / notes. A finding that takes several drivers counts for each of them.`,
    perDriver(all),
    auditSection(manifests, policies[0].policy),
    ...all.map((examination) => policySection(examination, reasons)),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** Each policy before those that extend it; by name else. */
function policiesInOrder() {
  const documents = yamlFiles("rules").map((file) => parsePolicy(readFileSync(file, "utf8"), file));
  const depth = (name) => {
    const extended = documents.find((document) => document.name === name)?.extends;
    return extended === undefined ? 0 : 1 + depth(extended);
  };
  return documents
    .sort((a, b) => depth(a.name) - depth(b.name) || (a.name < b.name ? -1 : 1))
    .map((document) => ({
      policy: loadPolicy(document.name),
      extended: document.extends === undefined ? undefined : loadPolicy(document.extends),
    }));
}

function yamlFiles(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => `${folder}/${file}`);
}

// The audit of the fence lock: a matrix of fences and ops, what is at fault, and the two questions of lifetime.
import { VERDICTS } from "../../dist/audit/verdict.js";
import { messageWithin } from "../../dist/diff/words.js";
import { audit } from "../../dist/index.js";
import { OPS } from "../../dist/manifest/words.js";
import { faultLink, placeOf } from "../../dist/report/places.js";
import { code, folded, prose, table, tally } from "./markdown.mjs";

/** What happens where the framework calls each op with the fence lock held, under this policy. */
export function auditSection(manifests, policy) {
  const { rows, added } = audit({ manifests, policy });
  const verdicts = tally(rows.map(({ verdict }) => verdict));
  const counted = VERDICTS.filter((verdict) => verdicts.has(verdict));
  const faults = rows.filter(({ verdict }) => verdict !== "ok");
  const lifetimes = rows.filter(({ questions }) => questions.returns !== OK[0] || questions.data !== OK[1]);
  return [
    "## Each op under the fence lock",
    `What if the framework called an op, that op alone, with the fence lock held and interrupts off? Everything else is as
under ${code(policy.name)}; only what the lock adds counts. (\`fence-lockcheck audit manifests/ --hold fence.lock\`)`,
    `${rows.length} ops of ${new Set(rows.map(({ fence }) => fence)).size} fences: ${counted
      .map((verdict) => `${verdicts.get(verdict)} ${verdict}`)
      .join(", ")}.`,
    "### Question 1: does it deadlock?",
    table(["fence", "op", "verdict", "at fault", "kernel line"], faults.map(faultRow(added))),
    "Every op of every fence; a dot where the fence does not set it:",
    matrix(rows),
    "### Questions 2 and 3: lifetime",
    `Is what an op returns protected while the caller uses it, and is what it dereferences kept for a grace period where
it runs without the lock? As things stand under ${code(policy.name)}: ${lifetimes.length} of the ${rows.length} ops fail one of the two.`,
    folded("The ops that fail one", table(LIFETIME_HEAD, lifetimes.map(lifetimeRow)), lifetimes.length),
  ].join("\n\n");
}

const OK = ["protected", "kept"];
const LIFETIME_HEAD = ["fence", "op", "2: what it returns", "3: what it dereferences", "kernel line"];

/** The step at fault where a finding tells it, else the op. */
function faultRow(added) {
  return ({ fence, op, verdict, why, at = "", findings }) => {
    const finding = added.find(({ id, message }) => findings.includes(id) && message === why);
    const link = finding === undefined ? undefined : faultLink(finding);
    const what = finding === undefined ? why : messageWithin(finding);
    return [fence, code(op), `**${verdict}**`, prose(what), code(link === undefined ? at : placeOf(link))];
  };
}

function matrix(rows) {
  const ops = OPS.filter((op) => rows.some((row) => row.op === op));
  const cells = new Map(rows.map(({ fence, op, verdict }) => [`${fence} ${op}`, verdict]));
  const cell = (verdict) => (verdict === undefined ? "·" : verdict === "ok" ? "ok" : `**${verdict}**`);
  const lines = [...new Set(rows.map(({ fence }) => fence))].map((fence) => [
    fence,
    ...ops.map((op) => cell(cells.get(`${fence} ${op}`))),
  ]);
  return table(["fence", ...ops.map(code)], lines);
}

function lifetimeRow({ fence, op, at = "", questions }) {
  // A message begins with driver and op, which have columns of their own.
  const told = (answer, good) => (answer === good ? "ok" : prose(answer.replace(/^\S+: \S+: /, "")));
  return [fence, code(op), told(questions.returns, OK[0]), told(questions.data, OK[1]), code(at)];
}

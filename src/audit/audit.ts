import { analyze } from "../analysis/analyze.js";
import { type AnalyzeInput, proposed } from "../analysis/examine.js";
import type { Finding } from "../checks/finding.js";
import { isWorse } from "../checks/rules.js";
import type { FenceDeclaration, Manifest, OpDeclaration, Step } from "../manifest/model.js";
import { allSteps } from "../manifest/steps.js";
import { FENCE_LOCK, type FreedBy, OPS } from "../manifest/words.js";
import { type Verdict, worst } from "./verdict.js";

/** One op of one fence: what happens if the framework calls it with the lock held. */
export interface AuditRow {
  readonly driver: string;
  readonly fence: string;
  readonly table: string;
  readonly op: string;
  readonly at?: string;
  readonly verdict: Verdict;
  /** The step at fault, or why there is none. */
  readonly why: string;
  /** What the hold adds for this op, as ids of `added`. */
  readonly findings: readonly string[];
  /** The three questions of an audit, side by side. */
  readonly questions: {
    /** Does calling it with the lock held deadlock? */
    readonly deadlocks: Verdict;
    /** Is what it returns protected while the caller uses it? */
    readonly returns: string;
    /** Is what it dereferences kept for a grace period, for where it runs without the lock? */
    readonly data: string;
  };
}

export interface Audit {
  readonly schema: "fence-lockcheck/audit/1";
  readonly hold: string;
  readonly policy: string;
  readonly rows: readonly AuditRow[];
  /** Everything that the holds add, by id. */
  readonly added: readonly Finding[];
}

export interface AuditInput extends AnalyzeInput {
  /** The lock to be held around every call of the op. */
  readonly lock?: string;
}

/**
 * For each op that a fence sets: what changes if the framework calls that op, and no other, with the lock held
 * (interrupts off). Only what the hold adds counts, and only where it is the lock held for this very op that is in the way.
 * @throws {InputError} where the manifests and the policy do not fit together
 */
export function audit({ lock = FENCE_LOCK, ...given }: AuditInput): Audit {
  // An op that only the policy's overlays have is a row, too.
  const { manifests, policy } = proposed(given);
  const input: AnalyzeInput = { manifests, policy, hold: given.hold, drop: given.drop };
  const base = analyze(input);
  const known = new Map(base.findings.map((finding) => [finding.id, finding]));
  const used = OPS.filter((op) =>
    input.manifests.some(({ fences }) => fences.some(({ ops }) => ops.some((entry) => entry.op === op))),
  );
  const pos = { file: `--hold ${lock}`, line: 0, column: 0 };
  const added = new Map<string, Finding>();
  const byOp = new Map<string, readonly Finding[]>();
  for (const op of used) {
    const report = analyze({ ...input, hold: [...(input.hold ?? []), { op, lock, pos }] });
    // What was guarded without the hold, and is not any more, is new.
    const fresh = report.findings.filter((finding) => isWorse(finding, known.get(finding.id)));
    for (const finding of fresh) added.set(finding.id, finding);
    byOp.set(op, fresh);
  }
  const rows = fencesOf(input.manifests).flatMap(({ manifest, fence }) =>
    fence.ops.map((op) =>
      rowOf(manifest, fence, op, { lock, fresh: byOp.get(op.op) ?? [], before: base.findings }),
    ),
  );
  const mentioned = new Set(rows.flatMap(({ findings }) => findings));
  return {
    schema: "fence-lockcheck/audit/1",
    hold: lock,
    policy: base.policy.name,
    rows,
    added: [...added.values()].filter(({ id }) => mentioned.has(id)),
  };
}

function fencesOf(
  manifests: readonly Manifest[],
): { readonly manifest: Manifest; readonly fence: FenceDeclaration }[] {
  return [...manifests]
    .sort((a, b) => (a.driver < b.driver ? -1 : a.driver > b.driver ? 1 : 0))
    .flatMap((manifest) => manifest.fences.map((fence) => ({ manifest, fence })));
}

/** What a lock, held around an op, adds to what there was before. */
interface Held {
  readonly lock: string;
  readonly fresh: readonly Finding[];
  readonly before: readonly Finding[];
}

function rowOf(
  manifest: Manifest,
  fence: FenceDeclaration,
  op: OpDeclaration,
  { lock, fresh, before }: Held,
): AuditRow {
  const name = `${manifest.driver}/${fence.name}`;
  const call = `${name}.${op.op}`;
  const own = fresh.filter(({ holds }) => holds.includes(call));
  const found = worst(own);
  const open = opaque(op.steps, manifest);
  const already = before.find(
    ({ severity, certainty, calls }) =>
      severity === "error" && certainty === "definite" && calls.includes(call),
  );
  const verdict = found?.verdict ?? (open === undefined ? "ok" : "unknown");
  return {
    driver: manifest.driver,
    fence: name,
    table: fence.table ?? "",
    op: op.op,
    at: op.at,
    verdict,
    why:
      found?.because.message ??
      open ??
      (already === undefined ? harmless(op, lock) : `no worse than without it: ${already.message}`),
    findings: own.map(({ id }) => id),
    questions: {
      deadlocks: verdict,
      returns: answerReturns(op),
      data: answerData(fence, op),
    },
  };
}

/** Whether what an op returns outlives its use: what the caller has to do for it, if anything helps. */
function answerReturns({ returns }: OpDeclaration): string {
  if (returns === undefined || returns.points_to === "rodata") return PROTECTED;
  return lifeOf(returns.points_to, returns.freed_by ?? "unknown", PROTECTED);
}

/** Whether what an op dereferences outlives the fence's signal by a grace period. */
function answerData({ data }: FenceDeclaration, { op }: OpDeclaration): string {
  const answers = data
    .filter(({ used_by: usedBy }) => usedBy.includes(op))
    .map(({ object, freed_by: freedBy }) => lifeOf(object, freedBy, KEPT));
  return answers.find((answer) => answer !== KEPT) ?? KEPT;
}

function lifeOf(object: string, freedBy: FreedBy, good: string): string {
  switch (freedBy) {
    case "never":
    case "with_fence":
      return good;
    case "kfree_rcu":
    case "rcu_barrier":
      return good === KEPT
        ? good
        : `${object} is freed after a grace period: ${good} within rcu_read_lock() only`;
    case "kfree":
      return `${object} is freed at once, without a grace period`;
    case "devm":
      return `${object} goes with the device, without a grace period`;
    case "unknown":
      return `${object} is freed nobody knows how`;
  }
}

const PROTECTED = "protected";
const KEPT = "kept";

function harmless(op: OpDeclaration, lock: string): string {
  if (op.function === "NULL") return "set to NULL: the framework's own default";
  if (op.steps.length === 0) return "takes no lock, does not sleep";
  return `nothing that it does conflicts with ${lock}`;
}

/** Why an op cannot be judged whole: code that its manifest could not follow, in it or in a function that it calls. */
function opaque(steps: readonly Step[], { functions }: Manifest): string | undefined {
  const open = [steps];
  const seen = new Set<string>();
  for (const list of open) {
    for (const step of allSteps(list)) {
      if (step.kind === "unknown") return step.why;
      if (step.kind !== "call" || seen.has(step.call)) continue;
      seen.add(step.call);
      open.push(functions.find(({ name }) => name === step.call)?.steps ?? []);
    }
  }
  return undefined;
}

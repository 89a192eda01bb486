import type { Finding } from "../checks/finding.js";
import type { Severity } from "../checks/rules.js";
import type { Checked } from "../checks/run.js";
import type { Program } from "../link/program.js";
import type { LeftOut } from "../lockgraph/cycles.js";
import { isWait } from "../lockgraph/usage.js";
import { usageChars } from "../lockgraph/usage-chars.js";
import type { Manifest } from "../manifest/model.js";
import type { LockKind } from "../manifest/words.js";
import type { Policy, WhatIf } from "../policy/model.js";
import { compare } from "../source/compare.js";
import { withoutSubclass } from "../trace/state.js";
import { VERSION } from "./version.js";

export interface Summary {
  readonly manifests: number;
  readonly drivers: number;
  readonly fences: number;
  readonly lockClasses: number;
  readonly dependencies: number;
  readonly error: number;
  readonly warning: number;
  readonly note: number;
  /** Findings that stand in the baseline; they are among `findings`, and not among the counts above. */
  readonly known?: number;
  /** What the configuration left out: these are not among `findings`. */
  readonly ignored?: number;
}

export interface ReportManifest {
  readonly driver: string;
  readonly file: string;
}

/** What one analysis tells: the JSON contract `fence-lockcheck/report/1`. */
export interface Report {
  readonly schema: "fence-lockcheck/report/1";
  readonly tool: { readonly name: "fence-lockcheck"; readonly version: string };
  readonly policy: {
    readonly name: string;
    readonly file: string;
    readonly title?: string;
    readonly source?: string;
    /** What-ifs, as the command line writes them: `set_deadline=fence.lock`. */
    readonly hold?: readonly string[];
    readonly drop?: readonly string[];
    /** The drivers that are analysed as the policy's overlays have them. */
    readonly overlays?: readonly string[];
  };
  /** What was analysed, with or without findings: by driver, then file. */
  readonly manifests: readonly ReportManifest[];
  readonly summary: Summary;
  readonly findings: readonly Finding[];
  /** What a bounded report leaves out. */
  readonly leftOut?: LeftOut;
  /** By lock class, what lockdep prints for it, where that is another name. */
  readonly lockdepNames: Readonly<Record<string, string>>;
  /** By lock class that some finding is about, what kind of lock it is. */
  readonly lockKinds: Readonly<Record<string, LockKind>>;
  /** By lock class or subclass that some finding is about, how all that was analysed uses it: see usageChars(). */
  readonly lockUsage?: Readonly<Record<string, string>>;
}

/** What a report is made of: see Examination. */
interface Examined {
  readonly manifests: readonly Manifest[];
  readonly policy: Policy;
  readonly overlaid: readonly string[];
  readonly program: Program;
  readonly checked: Checked;
}

export function buildReport({ manifests, policy, overlaid, program, checked }: Examined): Report {
  const { findings, locks } = checked;
  const real = locks.classes.filter(
    ({ lock }) => lock.declaration !== undefined || lock.name.endsWith(".inline_lock"),
  );
  const named = namesIn(findings);
  return {
    schema: "fence-lockcheck/report/1",
    tool: { name: "fence-lockcheck", version: VERSION },
    policy: {
      name: policy.name,
      file: policy.file,
      title: policy.title,
      source: policy.source,
      hold: whatIfs(policy.hold),
      drop: whatIfs(policy.drop),
      overlays: overlaid.length === 0 ? undefined : overlaid,
    },
    manifests: manifests
      .map(({ driver, name: file }) => ({ driver, file }))
      .sort((a, b) => compare(a.driver, b.driver) || compare(a.file, b.file)),
    summary: {
      manifests: manifests.length,
      drivers: new Set(manifests.map((manifest) => manifest.driver)).size,
      fences: program.fences.length,
      lockClasses: real.length,
      dependencies: locks.dependencies.length,
      ...countBySeverity(findings),
    },
    findings,
    leftOut: checked.leftOut,
    lockdepNames: lockdepNames(program),
    lockKinds: lockKinds(program, named),
    lockUsage: lockUsage(checked, named),
  };
}

/** How many findings there are of each severity, the known ones left out. */
export function countBySeverity(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, note: 0 };
  for (const { severity, known } of findings) if (known === undefined) counts[severity]++;
  return counts;
}

function whatIfs(all: readonly WhatIf[]): string[] | undefined {
  return all.length === 0 ? undefined : all.map(({ op, lock }) => `${op}=${lock}`);
}

function lockKinds({ classes }: Program, names: ReadonlySet<string>): Record<string, LockKind> {
  const named = new Set([...names].map(withoutSubclass));
  const kinds: Record<string, LockKind> = {};
  for (const { name, kind } of classes) if (named.has(name)) kinds[name] = kind;
  return kinds;
}

function lockUsage({ locks }: Checked, named: ReadonlySet<string>): Record<string, string> {
  const usage: Record<string, string> = {};
  for (const { name, lock, usageMask } of locks.classes)
    if (named.has(name) && !isWait(lock)) usage[name] = usageChars(usageMask);
  return usage;
}

/** Every lock class, or subclass, that a finding names. */
function namesIn(findings: readonly Finding[]): Set<string> {
  const named = new Set<string>();
  for (const { locks, dependencies } of findings) {
    for (const name of locks) named.add(name);
    for (const { from, to } of dependencies) named.add(from).add(to);
  }
  return named;
}

function lockdepNames({ classes }: Program): Record<string, string> {
  const names: Record<string, string> = {};
  for (const { name, declaration } of classes)
    if (declaration?.lockdep !== undefined) names[name] = declaration.lockdep;
  return names;
}

import type { Finding } from "../checks/finding.js";
import type { Severity } from "../checks/rules.js";
import type { Checked } from "../checks/run.js";
import type { Program } from "../link/program.js";
import type { LeftOut } from "../lockgraph/cycles.js";
import type { Manifest } from "../manifest/model.js";
import type { Policy } from "../policy/model.js";
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
  };
  readonly summary: Summary;
  readonly findings: readonly Finding[];
  /** What a bounded report leaves out. */
  readonly leftOut?: LeftOut;
  /** By lock class, what lockdep prints for it, where that is another name. */
  readonly lockdepNames: Readonly<Record<string, string>>;
}

export function buildReport(
  manifests: readonly Manifest[],
  policy: Policy,
  program: Program,
  checked: Checked,
): Report {
  const { findings, locks } = checked;
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const real = locks.classes.filter(
    ({ lock }) => lock.declaration !== undefined || lock.name.endsWith(".inline_lock"),
  );
  return {
    schema: "fence-lockcheck/report/1",
    tool: { name: "fence-lockcheck", version: VERSION },
    policy: { name: policy.name, file: policy.file, title: policy.title, source: policy.source },
    summary: {
      manifests: manifests.length,
      drivers: new Set(manifests.map((manifest) => manifest.driver)).size,
      fences: program.fences.length,
      lockClasses: real.length,
      dependencies: locks.dependencies.size,
      error: count("error"),
      warning: count("warning"),
      note: count("note"),
    },
    findings,
    leftOut: checked.leftOut,
    lockdepNames: lockdepNames(program),
  };
}

function lockdepNames({ classes }: Program): Record<string, string> {
  const names: Record<string, string> = {};
  for (const { name, declaration } of classes)
    if (declaration?.lockdep !== undefined) names[name] = declaration.lockdep;
  return names;
}

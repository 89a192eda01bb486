import type { Report } from "../analysis/report.js";
import type { ChainLink, Finding, FindingDependency } from "../checks/finding.js";
import type { FilePosition } from "../source/position.js";

/**
 * The step at fault: where the lock is taken that may not be, or the sleep is. An irq inversion is mended where its
 * last lock is taken with interrupts enabled.
 */
export function faultLink(finding: Finding): ChainLink | undefined {
  return faultDependency(finding)?.evidence.chain.at(-1);
}

/**
 * Where a finding is shown in the input: the innermost step towards the fault that a manifest tells, since all drivers
 * share the policy's lines; the step at fault itself where no manifest has a part in it, or the manifest as a whole.
 */
export function inputPosition(report: Report, finding: Finding): FilePosition {
  const manifests = new Set(report.manifests.map(({ file }) => file));
  const first = faultDependency(finding);
  const dependencies = [first, ...finding.dependencies].filter((dependency) => dependency !== undefined);
  for (const { evidence } of dependencies) {
    const link = evidence.chain.findLast(({ manifest }) => manifests.has(manifest.file) && manifest.line > 0);
    if (link !== undefined) return link.manifest;
  }
  const fault = faultLink(finding)?.manifest;
  const own = report.manifests.find(({ driver }) => finding.drivers.includes(driver));
  if (fault !== undefined && fault.line > 0 && (own === undefined || isOurs(fault.file))) return fault;
  return { file: own?.file ?? report.policy.file, line: 1, column: 1 };
}

/** In the repository at hand, not in an installed package: only there can a forge show it. */
function isOurs(file: string): boolean {
  return !/^(\/|\.\.|[A-Za-z]:)|(^|\/)node_modules\//.test(file);
}

/** `path:line`: the kernel's line where the input tells it, else the input's own. */
export function placeOf({ at, manifest }: ChainLink): string {
  return at ?? inputPlace(manifest);
}

export function inputPlace({ file, line }: FilePosition): string {
  return line > 0 ? `${file}:${line}` : file;
}

/** A kernel line, `path:line`, in its parts. */
export function kernelLine(at: string): { readonly file: string; readonly line?: number } {
  const match = /^(.*):([1-9][0-9]*)$/.exec(at);
  return match === null ? { file: at } : { file: match[1], line: Number(match[2]) };
}

function faultDependency({ rule, dependencies }: Finding): FindingDependency | undefined {
  return rule === "irq-inversion" ? dependencies.at(-1) : dependencies[0];
}

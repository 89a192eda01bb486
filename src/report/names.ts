import type { Report } from "../analysis/report.js";
import { withoutSubclass } from "../trace/state.js";

/**
 * What lockdep prints for a lock class: the expression given to its init (`&obj->lock`), and the class's own name where
 * that is not told. A subclass (`/1`) is kept.
 */
export function lockdepName({ lockdepNames }: Report, name: string): string {
  const lock = withoutSubclass(name);
  const subclass = name.slice(lock.length);
  if (Object.hasOwn(lockdepNames, lock)) return lockdepNames[lock] + subclass;
  return lock.endsWith(".inline_lock") ? `&fence->inline_lock${subclass}` : name;
}

/** `sync_timeline.lock (&obj->lock)`: the class, and what lockdep prints for it where that is another name. */
export function bothNames(report: Report, name: string): string {
  const printed = lockdepName(report, name);
  return printed === name ? name : `${name} (${printed})`;
}

/** The policy with the what-ifs that were laid over it. */
export function policyLabel({ policy: { name, hold = [], drop = [] } }: Report): string {
  const whatIfs = [
    ...hold.map((whatIf) => `holding ${whatIf}`),
    ...drop.map((whatIf) => `dropping ${whatIf}`),
  ];
  return [name, ...whatIfs].join(", ");
}

import type { LockGraph } from "../lockgraph/lock-graph.js";
import type { Mode } from "../manifest/words.js";
import type { CycleLink } from "./cycles.js";
import type { ScheduleColumn } from "./finding.js";

/**
 * The order of events that gets stuck: each CPU takes the first lock of its dependency, then each goes for its second,
 * which the next CPU holds. Row by row in time; one column a CPU, as many as the cycle has dependencies. Of a cycle of
 * more CPUs than MOST_CPUS there is none.
 */
export function cycleSchedule(links: readonly CycleLink[], locks: LockGraph): ScheduleColumn[] {
  const count = links.length;
  if (count > MOST_CPUS) return [];
  return links.map(({ dependency, evidence }, cpu) => {
    const steps: string[] = Array(2 * count).fill("");
    steps[cpu] = call(evidence.held.mode, locks.classes[dependency.from].name);
    steps[count + cpu] = call(evidence.mode, locks.classes[dependency.to].name);
    return { cpu, steps };
  });
}

/** A table grows with the square of its CPUs, and nobody reads one as wide as this; the dependencies say it all. */
export const MOST_CPUS = 64;

/** One step of a schedule, as lockdep's tables write it. */
export function call(mode: Mode, name: string): string {
  if (/^(signal|run|queue|completion)\(/.test(name)) return `${name};`;
  return `${mode === "write" ? "lock" : "read_lock"}(${name});`;
}

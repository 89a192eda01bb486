import { kindName } from "../lockgraph/kinds.js";
import type { LockGraph } from "../lockgraph/lock-graph.js";
import type { CycleLink } from "./cycles.js";
import { evidence } from "./evidence.js";
import type { Finding, FindingDependency } from "./finding.js";
import { meetingOf } from "./guard.js";
import { finding } from "./input.js";
import { cycleSchedule } from "./schedule.js";
import { subjectOf } from "./subject.js";
import { list, whose } from "./words.js";

/**
 * Cycles of locks: threads that each hold what the next one wants. Cycles with waits in them are fence-wait's.
 * @returns nothing where lockdep would not see the cycle, and rightly so
 */
export function lockOrder(locks: LockGraph, cycle: readonly CycleLink[]): Finding | undefined {
  const meeting = meetingOf(cycle, locks);
  if (meeting === undefined) return undefined;
  const links = meeting.kind === "stuck" ? meeting.links : cycle;
  const gate = meeting.kind === "stuck" ? undefined : list(meeting.gates);
  const names = links.map(({ dependency }) => locks.classes[dependency.from].name);
  const subject = subjectOf(
    links.map(({ evidence: { held, acquisition } }) => ({ place: acquisition, held })),
  );
  const circle = [...names, names[0]].join(" -> ");
  const guarded = gate === undefined ? "" : `; always under ${gate}, which keeps the threads apart`;
  return finding({
    rule: "lock-order",
    certainty: gate === undefined ? "possible" : "guarded",
    message: `${whose(subject, names[0])}: ${circle} is taken in a circle${guarded}`,
    help:
      gate === undefined
        ? `take ${names.join(" and ")} in one order everywhere, or do one of the steps without the other lock (defer it to a work or irq_work)`
        : `nothing, as long as ${gate} is held for each of these steps`,
    ...subject,
    locks: names,
    gate,
    dependencies: links.map((link) => dependencyOf(locks, link)),
    schedule: cycleSchedule(links, locks),
  });
}

/** A dependency with its evidence, for a report. */
export function dependencyOf(
  locks: LockGraph,
  { dependency, kind, evidence: source }: CycleLink,
): FindingDependency {
  const { report, heldAt } = evidence(
    source.acquisition,
    source.held.frame === source.acquisition.frame && source.held.step === source.acquisition.step
      ? []
      : [source.held],
  );
  return {
    from: locks.classes[dependency.from].name,
    to: locks.classes[dependency.to].name,
    kind: kindName(kind),
    held: heldAt[0],
    evidence: report,
  };
}

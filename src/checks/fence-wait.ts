import type { LockClass } from "../link/program.js";
import type { LockGraph } from "../lockgraph/lock-graph.js";
import { isWait as isWaitClass } from "../lockgraph/usage.js";
import type { CycleLink } from "./cycles.js";
import type { Finding } from "./finding.js";
import { finding } from "./input.js";
import { dependencyOf } from "./lock-order.js";
import { cycleSchedule } from "./schedule.js";
import { subjectOf } from "./subject.js";
import { whose } from "./words.js";

/** Whether a class stands for waiting, not for a lock: a fence's signalling, a path's running, a completion. */
export function isWait(locks: LockGraph, index: number): boolean {
  const { lock } = locks.classes[index];
  return isWaitClass(lock) || lock.name === "dma_fence_map";
}

/**
 * A cycle with a wait in it: somebody holds a lock while waiting for a fence, or for a path to end, and what leads up
 * to that signal, or that path, needs the lock (dma-fence.c, "DOC: fence cross-driver contract"; cross-release).
 *
 * Where another path of the driver signals the same fence without the lock, the wait ends all the same: then it is a
 * note that names that path.
 */
export function fenceWait(locks: LockGraph, links: readonly CycleLink[], other: string | undefined): Finding {
  const indices = links.map(({ dependency }) => dependency.from);
  const names = indices.map((index) => locks.classes[index].name);
  const subject = subjectOf(
    links.map(({ evidence: { held, acquisition } }) => ({ place: acquisition, held })),
  );
  const waited = names.filter((_, i) => isWait(locks, indices[i]));
  const needed = names.filter((_, i) => !isWait(locks, indices[i]));
  const despite = other === undefined ? "" : `; ${other}() signals it without`;
  const draft = finding({
    rule: "fence-wait",
    certainty: "possible",
    message: `${whose(subject, names[0])}: waits for ${waited.map(readable).join(" and ")} while holding what that needs: ${[...names, names[0]].join(" -> ")}${despite}`,
    help:
      needed.length > 0
        ? `wait without ${needed.join(" and ")}, or keep ${needed.join(" and ")} out of what leads up to the signal`
        : `leave out one of the waits for ${waited.map(readable).join(" and ")}: each holds up the next`,
    ...subject,
    locks: names,
    dependencies: links.map((link) => dependencyOf(locks, link)),
    schedule: cycleSchedule(links, locks),
  });
  return other === undefined ? draft : { ...draft, severity: "note" };
}

/** Waits for fences alone are no problem: fences of one kind are many, and ordered by when they were published. */
export function fencesAlone(locks: LockGraph, cycle: readonly number[]): boolean {
  return cycle.every((index) => locks.classes[index].name.startsWith("signal("));
}

/**
 * Another path that signals what is waited for on a path or cycle of classes, and takes none of them on its way.
 * @param on each is held while the next is taken
 * @param last what is taken in the end: of a cycle the first again
 */
export function otherSignaller(locks: LockGraph, on: readonly number[], last = on[0]): string | undefined {
  const needed = new Set([...on, last].map((index) => locks.classes[index].lock));
  for (const index of on) {
    const free = locks.signalling
      .of(locks.classes[index].lock)
      .find(
        ({ activation: { frame }, needs }) =>
          frame.body.kind === "path" &&
          (frame.body.queue === undefined || !needed.has(frame.body.queue)) &&
          !endsIn(locks, needs, needed),
      );
    if (free !== undefined) return free.activation.frame.body.name;
  }
  return undefined;
}

/** Whether taking one of these members of the reach can end in waiting for one of the `wanted` locks. */
function endsIn(
  { reach, leadingTo, indexOf }: LockGraph,
  members: ReadonlySet<number>,
  wanted: ReadonlySet<LockClass>,
): boolean {
  for (const member of members) if (wanted.has(reach.entry(member).lock)) return true;
  for (const lock of wanted) {
    const leading = leadingTo(lock);
    for (const member of members) if (leading[indexOf(reach.entry(member).key) ?? -1] === 1) return true;
  }
  return false;
}

function readable(name: string): string {
  const match = /^(signal|run|queue|completion)\((.*)\)$/.exec(name);
  if (match === null) return name === "dma_fence_map" ? "fences" : name;
  const [, kind, what] = match;
  return kind === "signal"
    ? `${what}'s fences`
    : kind === "run"
      ? `${what}() to end`
      : kind === "queue"
        ? `the queue ${what}`
        : what;
}

import type { Program } from "../link/program.js";
import type { LockGraph } from "../lockgraph/lock-graph.js";
import type { CycleLink } from "./cycles.js";
import type { Finding } from "./finding.js";
import { finding } from "./input.js";
import { dependencyOf } from "./lock-order.js";
import { cycleSchedule } from "./schedule.js";
import { subjectOf } from "./subject.js";
import { whose } from "./words.js";

/** Whether a class stands for waiting, not for a lock: a fence's signalling, a path's running, a completion. */
export function isWait(locks: LockGraph, index: number): boolean {
  return isWaitName(locks.classes[index].name);
}

function isWaitName(name: string): boolean {
  return /^(signal|run|queue|completion)\(/.test(name) || name === "dma_fence_map";
}

/**
 * A cycle with a wait in it: somebody holds a lock while waiting for a fence, or for a path to end, and what leads up
 * to that signal, or that path, needs the lock (dma-fence.c, "DOC: fence cross-driver contract"; cross-release).
 *
 * Waits for fences alone make no problem: fences of one kind are many, and are ordered by when they were published.
 * Where another path of the driver signals the same fence without the lock, the wait ends all the same: then it is a
 * note that names that path.
 */
export function fenceWait(
  program: Program,
  locks: LockGraph,
  links: readonly CycleLink[],
): Finding | undefined {
  const indices = links.map(({ dependency }) => dependency.from);
  const names = indices.map((index) => locks.classes[index].name);
  if (indices.every((index) => locks.classes[index].name.startsWith("signal("))) return undefined;
  const subject = subjectOf(
    links.map(({ evidence: { held, acquisition } }) => ({ place: acquisition, held })),
  );
  const waited = names.filter(isWaitName);
  const needed = names.filter((name) => !isWaitName(name));
  const other = otherSignaller(program, locks, links);
  const escape = other === undefined ? "" : `; ${other}() signals it without`;
  const draft = finding({
    rule: "fence-wait",
    certainty: "possible",
    message: `${whose(subject, names[0])}: waits for ${waited.map(readable).join(" and ")} while holding what that needs: ${[...names, names[0]].join(" -> ")}${escape}`,
    help: `wait without ${needed.join(" and ") || "it"}, or keep ${needed.join(" and ") || "it"} out of what leads up to the signal`,
    ...subject,
    locks: names,
    dependencies: links.map((link) => dependencyOf(locks, link)),
    schedule: cycleSchedule(links, locks),
  });
  return other === undefined ? draft : { ...draft, severity: "note" };
}

/** Another path that signals the waited-for fence and takes none of the cycle's locks on its way. */
function otherSignaller(program: Program, locks: LockGraph, links: readonly CycleLink[]): string | undefined {
  const needed = new Set(links.map(({ dependency }) => locks.classes[dependency.from].lock.id));
  for (const { dependency } of links) {
    const fence = program.signalling.findIndex((lock) => lock === locks.classes[dependency.from].lock);
    if (fence < 0) continue;
    const others = locks.signalling.signallers.filter(
      ({ fence: own, activation }) => own === fence && activation.frame.body.kind === "path",
    );
    const free = others.find(
      ({ needs, activation }) =>
        !needed.has(activation.frame.body.queue?.id ?? -1) &&
        ![...needs].some((index) => reaches(locks, locks.reach.entry(index).lock.id, needed)),
    );

    if (free !== undefined) return free.activation.frame.body.name;
  }
  return undefined;
}

/** Whether taking lock `id` can end in waiting for one of `wanted`. */
function reaches(locks: LockGraph, id: number, wanted: ReadonlySet<number>): boolean {
  if (wanted.has(id)) return true;
  const open = locks.classes.flatMap((lockClass, index) => (lockClass.lock.id === id ? [index] : []));
  const seen = new Set(open);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (let e = locks.graph.rows[node]; e < locks.graph.rows[node + 1]; e++) {
      const target = locks.graph.targets[e];
      const { lock } = locks.classes[target];
      if (wanted.has(lock.id) && !lock.name.startsWith("signal(")) return true;
      if (seen.has(target) || lock.name.startsWith("signal(")) continue;
      seen.add(target);
      open.push(target);
    }
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

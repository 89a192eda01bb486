import type { Fence } from "../link/program.js";
import { isGate } from "../lockgraph/callers.js";
import type { LockGraph } from "../lockgraph/lock-graph.js";
import type { DataDeclaration } from "../manifest/model.js";
import type { FreedBy } from "../manifest/words.js";
import type { Activation, OpCall as OpCallEvent } from "../trace/events.js";
import { entryOf, rebase } from "../trace/frame.js";
import type { Held, Place } from "../trace/state.js";
import { evidence } from "./evidence.js";
import type { Finding } from "./finding.js";
import { type Check, Collected, finding } from "./input.js";
import { subjectOf } from "./subject.js";

/** One call of an op, with nothing held around it that protects the data that it uses. */
interface OpCall {
  readonly fence: Fence;
  readonly op: string;
  /** The call, as the end of a chain. */
  readonly place: Place;
  readonly held: readonly Held[];
}

/**
 * The second question of an audit: what an op returns, if it is no scalar, must live while the caller uses it. What
 * lives as long as the fence is kept by the caller's reference; what is freed after a grace period, by
 * rcu_read_lock() around the call; nothing protects what is freed at once (dma-fence.h, "Safe external access").
 */
export const unprotectedReturn: Check = ({ trace, locks }) => {
  const found = new Collected();
  for (const activation of trace.activations) {
    for (const event of activation.opCalls) {
      const { fence, op } = event;
      const { points_to: object, freed_by: freedBy = "unknown" } =
        fence.declaration.ops.find((entry) => entry.op === op)?.returns ?? {};
      if (object === undefined || object === "rodata" || isKept(freedBy)) continue;
      const afterGracePeriod = isAfterGracePeriod(freedBy);
      if (afterGracePeriod && activation.irqsOff) continue;
      const protects = afterGracePeriod ? isReadSide : () => false;
      const user = event.frame.body.name;
      const why = `returns a pointer into ${object}, which ${words(freedBy)}: nothing keeps it while ${user}() uses it`;
      for (const { entry, call } of callsWithout(activation, event, protects, locks)) {
        found.add("unprotected-return", `${fence.name} ${op} ${object}`, entry, () =>
          report("unprotected-return", call(), object, freedBy, why),
        );
      }
    }
  }
  return found.all();
};

/**
 * The third question: where an op runs without the fence's lock, what it dereferences must be kept for an RCU grace
 * period after the fence has signalled. And ->release must not free the very lock that it is called under.
 */
export const noGracePeriod: Check = ({ trace, locks }) => {
  const found = new Collected();
  for (const activation of trace.activations) {
    for (const event of activation.opCalls) {
      const { fence, op } = event;
      const problem = op === "release" ? freesItsLock : outlives;
      const problems = fence.declaration.data.flatMap((data) => {
        const why = problem(event, data);
        return why === undefined ? [] : [{ data, why }];
      });
      if (problems.length === 0) continue;
      const isFenceLock = (held: Held) => held.lock === fence.lock && isGate(held);
      // What release frees matters under the lock, everything else without it.
      const ways = (op === "release" ? callsUnder : callsWithout)(activation, event, isFenceLock, locks);
      for (const { entry, call } of ways) {
        for (const { data, why } of problems) {
          found.add("no-grace-period", `${fence.name} ${op} ${data.object}`, entry, () =>
            report("no-grace-period", call(), data.object, data.freed_by, why),
          );
        }
      }
    }
  }
  return found.all();
};

/** What an op uses that may be gone when it is called: nothing but the fence's lock keeps it. */
function outlives(
  { op }: OpCallEvent,
  { object, freed_by: freedBy, used_by: usedBy }: DataDeclaration,
): string | undefined {
  if (!usedBy.includes(op) || isKept(freedBy) || isAfterGracePeriod(freedBy)) return undefined;
  return `uses ${object} without the fence's lock, and ${object} ${words(freedBy)}: no grace period keeps it`;
}

/** What ->release frees at once, with the lock in it that may be held around it. */
function freesItsLock({ fence, op }: OpCallEvent, data: DataDeclaration): string | undefined {
  const { object, freed_by: freedBy, used_by: usedBy } = data;
  if (freedBy !== "kfree") return undefined;
  if (data.fence)
    return `frees ${object} at once, the fence whose lock is held around it: the unlock comes too late`;
  if (usedBy.includes(op) && fence.lock.name.startsWith(`${object}.`))
    return `frees ${object} at once, the lock that is held around it: the unlock comes too late`;
  return undefined;
}

/** As long as the fence, which its caller keeps. */
function isKept(freedBy: FreedBy): boolean {
  return freedBy === "never" || freedBy === "with_fence";
}

function isAfterGracePeriod(freedBy: FreedBy): boolean {
  return freedBy === "kfree_rcu" || freedBy === "rcu_barrier";
}

function words(freedBy: FreedBy): string {
  switch (freedBy) {
    case "kfree":
      return "is freed at once by kfree()";
    case "devm":
      return "goes with the device when the driver is unbound";
    case "unknown":
      return "is freed nobody knows how";
    case "kfree_rcu":
    case "rcu_barrier":
      return "is freed after a grace period";
    case "never":
    case "with_fence":
      return "is kept";
  }
}

/** A way to a call of an op. */
interface WayTo {
  /** The name of its entry point. */
  readonly entry: string;
  readonly call: () => OpCall;
}

/** The ways to a call of an op on which nothing is held that protects. */
function* callsWithout(
  activation: Activation,
  { fence, op, frame, step, held }: OpCallEvent,
  protects: (held: Held) => boolean,
  { callers }: LockGraph,
): Generator<WayTo> {
  // A fence that is never handed out does not outlive its owner, whose framework alone calls its ops.
  if (held.some(protects) || fence.declaration.private) return;
  for (const chain of callers.chainsWithout(activation, protects)) {
    yield {
      entry: chain.entry.frame.body.name,
      call: () => ({
        fence,
        op,
        held,
        place: { frame: rebase(frame, activation.frame, chain.frame()), step },
      }),
    };
  }
}

/** A call of an op, where every way to it holds such a lock. */
function callsUnder(
  activation: Activation,
  { fence, op, frame, step, held }: OpCallEvent,
  is: (held: Held) => boolean,
  { callers }: LockGraph,
): WayTo[] {
  if (!held.some(is) && !callers.always(activation, is)) return [];
  return [{ entry: entryOf(frame).body.name, call: () => ({ fence, op, held, place: { frame, step } }) }];
}

/**
 * What a grace period waits for: rcu_read_lock(), and since RCU's flavours are one, code with preemption or interrupts
 * off, as under a spinning lock (kernel/rcu/update.c, rcu_read_lock_any_held(); on PREEMPT_RT, where a spinlock may be
 * preempted, it takes rcu_read_lock() itself: kernel/locking/spinlock_rt.c).
 */
function isReadSide({ lock: { kind } }: Held): boolean {
  return kind === "rcu" || kind === "raw_spinlock" || kind === "spinlock" || kind === "rwlock";
}

function report(
  rule: "unprotected-return" | "no-grace-period",
  call: OpCall,
  object: string,
  freedBy: FreedBy,
  why: string,
): Finding {
  const { fence, op, place } = call;
  const declaration = fence.declaration.ops.find((entry) => entry.op === op);
  const name = declaration?.function ?? op;
  const { when } = subjectOf([{ place }]);
  const chain = evidence(place).report;
  const last =
    declaration === undefined
      ? []
      : [{ function: name, action: `uses ${object}`, at: declaration.at, manifest: declaration.pos }];
  return finding({
    rule,
    certainty: freedBy === "kfree" ? "definite" : "possible",
    message: `${fence.driver}: ${op}: ${name}() ${why}`,
    help:
      rule === "unprotected-return"
        ? `free ${object} with kfree_rcu() and call ->${op} within rcu_read_lock(), or keep it as long as the fence`
        : `free ${object} after a grace period (kfree_rcu(), call_rcu()), or keep it as long as the fence`,
    drivers: [fence.driver],
    fences: [fence.name],
    ops: [op],
    calls: [`${fence.name}.${op}`],
    holds: call.held
      .filter(({ step }) => step.kind === "lock" && step.whatIf)
      .map(() => `${fence.name}.${op}`),
    locks: [],
    when,
    detail: [object],
    dependencies: [
      { from: object, to: op, kind: "EN", evidence: { ...chain, chain: [...chain.chain, ...last] } },
    ],
  });
}

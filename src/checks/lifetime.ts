import type { Fence } from "../link/program.js";
import { isGate } from "../lockgraph/callers.js";
import type { LockGraph } from "../lockgraph/lock-graph.js";
import type { DataDeclaration } from "../manifest/model.js";
import type { FreedBy } from "../manifest/words.js";
import type { Activation } from "../trace/events.js";
import { entryOf } from "../trace/frame.js";
import type { Held, Place } from "../trace/state.js";
import { evidence } from "./evidence.js";
import type { Finding } from "./finding.js";
import { type Check, Collected, finding } from "./input.js";
import { subjectOf } from "./subject.js";

/** One call of an op: what protects the data that it uses. */
interface OpCall {
  readonly fence: Fence;
  readonly op: string;
  /** The call, as the end of a chain. */
  readonly place: Place;
  readonly held: readonly Held[];
  readonly underFenceLock: boolean;
  readonly underRcu: boolean;
}

/**
 * The second question of an audit: what an op returns, if it is no scalar, must live while the caller uses it. What
 * lives as long as the fence is kept by the caller's reference; what is freed after a grace period, by
 * rcu_read_lock() around the call; nothing protects what is freed at once (dma-fence.h, "Safe external access").
 */
export const unprotectedReturn: Check = ({ trace, locks }) => {
  const found = new Collected();
  for (const activation of trace.activations) {
    for (const call of opCalls(activation, locks)) {
      const declaration = call.fence.declaration.ops.find(({ op }) => op === call.op);
      const { points_to: object, freed_by: freedBy = "unknown" } = declaration?.returns ?? {};
      if (object === undefined || object === "rodata" || isKept(freedBy, call.underRcu)) continue;
      const key = `${call.fence.name} ${call.op} ${object}`;
      found.add("unprotected-return", key, entryOf(call.place.frame).body.name, () =>
        report(
          "unprotected-return",
          call,
          object,
          freedBy,
          `returns a pointer into ${object}, which ${words(freedBy)}: nothing keeps it while ${call.place.frame.body.name}() uses it`,
        ),
      );
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
    for (const call of opCalls(activation, locks)) {
      for (const data of call.fence.declaration.data) {
        const why = problem(call, data);
        if (why === undefined) continue;
        const key = `${call.fence.name} ${call.op} ${data.object}`;
        found.add("no-grace-period", key, entryOf(call.place.frame).body.name, () =>
          report("no-grace-period", call, data.object, data.freed_by, why),
        );
      }
    }
  }
  return found.all();
};

function problem({ fence, op, underFenceLock }: OpCall, data: DataDeclaration): string | undefined {
  const { object, freed_by: freedBy, used_by: usedBy } = data;
  if (op === "release") {
    const lost = data.fence
      ? "the fence whose lock"
      : usedBy.includes(op) && fence.lock.name.startsWith(`${object}.`)
        ? "the lock that"
        : undefined;
    if (!underFenceLock || lost === undefined || freedBy !== "kfree") return undefined;
    return `frees ${object} at once, ${lost} is held around it: the unlock comes too late`;
  }
  if (underFenceLock || !usedBy.includes(op) || isKept(freedBy, true)) return undefined;
  return `uses ${object} without the fence's lock, and ${object} ${words(freedBy)}: no grace period keeps it`;
}

function isKept(freedBy: FreedBy, underRcu: boolean): boolean {
  switch (freedBy) {
    case "never":
    case "with_fence":
      return true;
    case "kfree_rcu":
    case "rcu_barrier":
      return underRcu;
    case "kfree":
    case "devm":
    case "unknown":
      return false;
  }
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

function* opCalls(activation: Activation, locks: LockGraph): Generator<OpCall> {
  for (const { fence, op, frame, step, held } of activation.opCalls) {
    // A fence that is never handed out does not outlive its owner, whose framework alone calls its ops.
    if (fence.declaration.private && op !== "release") continue;
    yield {
      fence,
      op,
      place: { frame, step },
      held,
      underFenceLock:
        held.some(({ lock }) => lock === fence.lock) ||
        locks.callers.always(activation, (held) => held.lock === fence.lock && isGate(held)),
      underRcu: activation.irqsOff || held.some(isReadSide) || locks.callers.always(activation, isReadSide),
    };
  }
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

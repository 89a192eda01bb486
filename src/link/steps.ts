import { type Allocation, allocationOf, GFP_FLAGS, gfpNames } from "../manifest/gfp.js";
import type { Step } from "../manifest/model.js";
import { FENCE_LOCK, type LockKind, type Mode } from "../manifest/words.js";
import type { Policy } from "../policy/model.js";
import type { FilePosition } from "../source/position.js";
import type { Home, Names } from "./names.js";
import type { Body, LinkedStep, LockRef } from "./program.js";

/** Links the steps of bodies. */
export class StepLinker {
  /** The paths that some `sync` waits for. */
  readonly synced = new Set<Body>();
  readonly #names: Names;
  readonly #policy: Policy;

  constructor(names: Names, policy: Policy) {
    this.#names = names;
    this.#policy = policy;
  }

  /** The same steps, every name in them found; what has none is left out. */
  link(steps: readonly Step[], body: Body, home: Home): LinkedStep[] {
    const linked: LinkedStep[] = [];
    for (const step of steps) {
      const found = this.#step(step, body, home);
      if (found !== undefined) linked.push(found);
    }
    return linked;
  }

  #step(step: Step, body: Body, home: Home): LinkedStep | undefined {
    const { driver } = home;
    switch (step.kind) {
      case "lock": {
        const lock = this.#names.lockRef(step.lock, step.pos, driver);
        const nest = step.nest === undefined ? undefined : this.#names.lockRef(step.nest, step.pos, driver);
        const steps = step.steps === undefined ? undefined : this.link(step.steps, body, home);
        if (lock !== undefined) this.#checkLocking(step, lock);
        return (
          lock && {
            kind: "lock",
            step,
            lock,
            on: this.#names.fenceRef(step, step.lock, body, home),
            nest,
            steps,
          }
        );
      }
      case "unlock":
      case "needs": {
        const lock = this.#names.lockRef(step.lock, step.pos, driver);
        return lock && { kind: step.kind, step, lock, on: this.#names.fenceRef(step, step.lock, body, home) };
      }
      case "call": {
        const callee = this.#names.callee(step.call, step.pos, home);
        if (callee === undefined) return undefined;
        const keeps =
          step.keeps === undefined ? undefined : this.#names.fenceName(step.keeps, step.pos, body, home);
        return {
          kind: "call",
          step,
          body: callee,
          on: this.#names.fenceRef(step, undefined, body, home),
          keeps,
        };
      }
      case "defer":
        this.#names.path(step.path, step.pos, home);
        return { kind: "defer", step };
      case "sync": {
        if (step.path === "rcu" || step.path === "srcu") return { kind: "sync", step };
        const domain = this.#names.srcuDomain(step.path, home);
        if (domain !== undefined) {
          domain.synchronised = true;
          return { kind: "sync", step, domain };
        }
        const path = this.#names.path(step.path, step.pos, home);
        if (path !== undefined) this.synced.add(path);
        return { kind: "sync", step, path };
      }
      case "wait": {
        const completion =
          step.what === "fence" ? undefined : this.#names.completion("wait", step.what, step.pos, driver);
        return { kind: "wait", step, completion, on: this.#names.fenceRef(step, undefined, body, home) };
      }
      case "complete": {
        const completion = this.#names.completion("complete", step.what, step.pos, driver);
        return completion && { kind: "complete", step, completion };
      }
      case "sleep": {
        const { sleeps, reclaims } = this.#allocation(step.alloc, step.pos);
        const reclaim = reclaims ? this.#names.classes.find("fs_reclaim", undefined) : undefined;
        return { kind: "sleep", step, reclaim, sleeps };
      }
      case "either":
        return {
          kind: "either",
          step,
          branches: step.branches.map((branch) => this.link(branch, body, home)),
        };
      case "unknown":
        return { kind: "unknown", step };
      case "op":
        return {
          kind: "op",
          step,
          op: step.op,
          hold: this.#names.whatIf(this.#policy.hold, step.op),
          drop: this.#names.whatIf(this.#policy.drop, step.op),
          before: this.link(step.before, body, home),
          onSet: this.link(step.onSet, body, home),
          onUnset: this.link(step.onUnset, body, home),
        };
      case "callbacks":
        return { kind: "callbacks", step };
    }
  }

  /** What a `sleep` with these flags may do; without any, it is no allocation. */
  #allocation(flags: string | undefined, pos: FilePosition): Allocation {
    if (flags === undefined) return { sleeps: true, reclaims: false };
    const names = gfpNames(flags);
    const unknown = names.filter((name) => !GFP_FLAGS.includes(name));
    for (const name of unknown) this.#names.problems.unknown(pos, "allocation flag", name, GFP_FLAGS);
    return unknown.length > 0 ? { sleeps: true, reclaims: false } : allocationOf(names);
  }

  /** Refuses what the kernel has no function for: modelled all the same, it would hide a deadlock. */
  #checkLocking({ mode, irq, bh, pos }: Extract<Step, { kind: "lock" }>, lock: LockRef): void {
    if (lock === FENCE_LOCK) return;
    const { name, kind } = lock;
    if (!MODES_OF[kind].includes(mode))
      this.#names.problems.add(pos, `"${name}" is a ${kind}, which is never taken for ${mode}`);
    if ((irq !== undefined || bh) && WITHOUT_IRQ.has(kind))
      this.#names.problems.add(pos, `"${name}" is a ${kind}: taking it disables no interrupts`);
  }
}

const EXCLUSIVE: readonly Mode[] = ["write"];
const SHARED: readonly Mode[] = ["write", "read", "recursive-read"];

/** include/linux/spinlock.h, rwlock.h, rwsem.h, mutex.h: what there are functions for. */
const MODES_OF: Readonly<Record<LockKind, readonly Mode[]>> = {
  raw_spinlock: EXCLUSIVE,
  spinlock: EXCLUSIVE,
  rwlock: SHARED,
  mutex: EXCLUSIVE,
  rwsem: ["write", "read"],
  ww_mutex: EXCLUSIVE,
  rt_mutex: EXCLUSIVE,
  local_lock: EXCLUSIVE,
  rcu: SHARED,
  srcu: SHARED,
  seqlock: SHARED,
  completion: SHARED,
  map: SHARED,
};

const WITHOUT_IRQ: ReadonlySet<LockKind> = new Set(["mutex", "rwsem", "ww_mutex", "rt_mutex", "srcu"]);

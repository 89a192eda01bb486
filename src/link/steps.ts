import type { Step } from "../manifest/model.js";
import type { Policy } from "../policy/model.js";
import type { Home, Names } from "./names.js";
import type { Body, LinkedStep } from "./program.js";

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
          step.keeps === undefined ? undefined : this.#names.fenceName(step.keeps, step.pos, home);
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
        const path =
          step.path === "rcu" || step.path === "srcu"
            ? undefined
            : this.#names.path(step.path, step.pos, home);
        if (path !== undefined) this.synced.add(path);
        return { kind: "sync", step, path };
      }
      case "wait": {
        const completion =
          step.what === "fence" ? undefined : this.#names.completion(step.what, step.pos, driver);
        return { kind: "wait", step, completion, on: this.#names.fenceRef(step, undefined, body, home) };
      }
      case "complete": {
        const completion = this.#names.completion(step.what, step.pos, driver);
        return completion && { kind: "complete", step, completion };
      }
      case "sleep": {
        const reclaim =
          step.alloc === "GFP_KERNEL" ? this.#names.classes.find("fs_reclaim", undefined) : undefined;
        return {
          kind: "sleep",
          step,
          reclaim,
          sleeps: step.alloc !== "GFP_ATOMIC" && step.alloc !== "GFP_NOWAIT",
        };
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
}

import type { Declared, FenceDeclaration, Manifest, Step, Targets } from "../manifest/model.js";
import { FENCE_LOCK, OPS } from "../manifest/words.js";
import type { Policy, PolicyFunction, WhatIf } from "../policy/model.js";
import type { FilePosition } from "../source/position.js";
import { Classes } from "./classes.js";
import { Problems } from "./problems.js";
import {
  type Body,
  type Fence,
  type FenceRef,
  type LinkedStep,
  type LockClass,
  type LockRef,
  type Program,
  SELF,
} from "./program.js";

/** What a body's names are looked up in. */
interface Home {
  readonly driver?: string;
  readonly functions: ReadonlyMap<string, Body>;
  readonly paths: ReadonlyMap<string, Body>;
  readonly fences: ReadonlyMap<string, Fence>;
}

interface MutableFence extends Fence {
  readonly ops: Map<string, Body>;
  readonly links: Map<string, readonly Fence[]>;
}

/**
 * Makes one program of manifests and policy: every name found, every fence lock resolved to its class.
 * @throws {InputError} with everything that is declared twice or not at all
 */
export function link(manifests: readonly Manifest[], policy: Policy): Program {
  return new Linker(manifests, policy).link();
}

class Linker {
  readonly #problems = new Problems();
  readonly #manifests: readonly Manifest[];
  readonly #policy: Policy;
  readonly #classes: Classes;
  readonly #homes = new Map<string, Home>();
  readonly #framework: Home & { readonly functions: Map<string, Body> };
  readonly #fences: MutableFence[] = [];
  readonly #fenceByName = new Map<string, Fence>();
  /** Bodies whose steps are linked once every name is known. */
  readonly #pending: { body: Body; steps: readonly Step[]; home: Home }[] = [];
  readonly #queues = new Map<Body, string>();
  readonly #synced = new Set<Body>();
  #bodies = 0;
  #anyFenceUsed = false;

  constructor(manifests: readonly Manifest[], policy: Policy) {
    // Names, not the order in which files were given, decide every id, so that the same input gives the same bytes.
    this.#manifests = [...manifests].sort((a, b) => (a.driver < b.driver ? -1 : a.driver > b.driver ? 1 : 0));
    this.#policy = policy;
    this.#classes = new Classes(policy, this.#manifests, this.#problems);
    this.#framework = { functions: new Map(), paths: new Map(), fences: new Map() };
  }

  link(): Program {
    this.#refuseTwins();
    for (const fn of this.#policy.functions) this.#framework.functions.set(fn.name, this.#policyBody(fn));
    for (const manifest of this.#manifests) this.#declareManifest(manifest);
    const anyFence = this.#anyFence();
    for (const manifest of this.#manifests) this.#linkTargets(manifest, anyFence);
    const callbacks = this.#linkCallbacks(anyFence);
    for (const { body, steps, home } of this.#pending) body.steps = this.#linkSteps(steps, body, home);
    this.#nameRunning();
    const signalling = [...this.#fences, anyFence].map((fence) =>
      this.#classes.pseudo(`signal(${fence.name})`),
    );
    const order = this.#policy.order.map((names) => names.flatMap((name) => this.#orderedClass(name)));
    this.#problems.throwIfAny();
    return {
      policyName: this.#policy.name,
      classes: this.#classes.all,
      fences: this.#fences,
      openFences: this.#fences.filter(({ declaration }) => !declaration.private),
      plainFences: this.#fences.filter(({ declaration }) => !declaration.private && !declaration.container),
      callbacks,
      consumerCalls: [...this.#framework.functions.values()].filter((body) => body.contexts.length > 0),
      paths: [...this.#homes.values()].flatMap((home) => [...home.paths.values()]),
      signalling,
      order,
      bodies: this.#bodies,
      anyFence,
      anyFenceUsed: this.#anyFenceUsed,
      signal: this.#framework.functions.get("dma_fence_signal"),
    };
  }

  #refuseTwins(): void {
    const seen = new Map<string, Manifest>();
    for (const manifest of this.#manifests) {
      const twin = seen.get(manifest.driver);
      if (twin !== undefined) {
        const where = `${twin.pos.file}:${twin.pos.line}`;
        this.#problems.add(manifest.pos, `driver "${manifest.driver}" has a manifest already, at ${where}`);
      }
      seen.set(manifest.driver, manifest);
    }
    this.#problems.throwIfAny();
  }

  /** A path that somebody waits for has a class for its running; every path of an ordered queue has the queue's. */
  #nameRunning(): void {
    for (const home of this.#homes.values()) {
      for (const [name, path] of home.paths) {
        const queue = this.#queues.get(path);
        const running: LockClass[] = [];
        if (this.#synced.has(path)) running.push(this.#classes.pseudo(`run(${home.driver}:${name})`));
        if (queue !== undefined) {
          path.queue = this.#classes.pseudo(`queue(${queue})`);
          running.push(path.queue);
        }
        path.running = running;
      }
    }
  }

  #body(
    kind: Body["kind"],
    declaration: Declared & { readonly steps: readonly Step[] },
    name: string,
    home: Home,
    more: Partial<Pick<Body, "fence" | "op" | "contexts" | "leavesHeld" | "returnsIfSignaled">> = {},
  ): Body {
    const body: Body = {
      id: this.#bodies++,
      kind,
      name: declaration.function ?? name,
      driver: home.driver,
      declaration,
      fence: more.fence,
      op: more.op,
      contexts: more.contexts ?? [],
      leavesHeld: more.leavesHeld ?? [],
      returnsIfSignaled: more.returnsIfSignaled ?? false,
      running: [],
      steps: [],
    };
    if (declaration.steps.length > 0) this.#pending.push({ body, steps: declaration.steps, home });
    return body;
  }

  #policyBody(fn: PolicyFunction): Body {
    const leavesHeld = fn.leaves_held.flatMap((name) => this.#lockRef(name, fn.pos, undefined) ?? []);
    const { contexts, returns_if_signaled: returnsIfSignaled } = fn;
    return this.#body("policy", fn, fn.name, this.#framework, { contexts, leavesHeld, returnsIfSignaled });
  }

  #declareManifest(manifest: Manifest): void {
    const { driver } = manifest;
    const home = {
      driver,
      functions: new Map<string, Body>(),
      paths: new Map<string, Body>(),
      fences: new Map<string, Fence>(),
    };
    this.#homes.set(driver, home);
    for (const declaration of manifest.fences) {
      const fence = this.#declareFence(driver, declaration);
      home.fences.set(declaration.name, fence);
      this.#fenceByName.set(fence.name, fence);
      for (const op of declaration.ops) {
        if (op.function === "NULL") continue;
        fence.ops.set(
          op.op,
          this.#body("op", op, `${declaration.name}.${op.op}`, home, { fence, op: op.op }),
        );
      }
    }
    for (const fn of manifest.functions) {
      const leavesHeld = fn.leaves_held.flatMap((name) => this.#lockRef(name, fn.pos, driver) ?? []);
      home.functions.set(fn.name, this.#body("function", fn, fn.name, home, { leavesHeld }));
    }
    for (const path of manifest.paths) {
      const fence = this.#fenceAtHand(path, home);
      const body = this.#body("path", path, path.name, home, { fence, contexts: path.contexts });
      home.paths.set(path.name, body);
      if (path.queue !== undefined) this.#queues.set(body, `${driver}:${path.queue}`);
    }
  }

  #declareFence(driver: string, declaration: FenceDeclaration): MutableFence {
    const { lock: name } = declaration;
    const lock = name === undefined ? undefined : this.#lockClass(name, declaration.pos, driver);
    const fence: MutableFence = {
      id: this.#fences.length,
      driver,
      name: `${driver}/${declaration.name}`,
      declaration,
      lock: lock ?? this.#classes.inline(driver, declaration),
      own: this.#classes.within(`${driver}/${declaration.name}`, driver),
      ops: new Map(),
      links: new Map(),
      lifetimes: new Set([
        ...declaration.ops
          .filter(({ returns }) => returns !== undefined && returns.points_to !== "rodata")
          .map(({ op }) => op),
        ...declaration.data.flatMap(({ used_by }) => used_by),
        ...(declaration.data.length > 0 ? ["release"] : []),
      ]),
    };
    this.#fences.push(fence);
    return fence;
  }

  /** What `any` means where no manifest has such a fence: one that nothing is known of but its lock. */
  #anyFence(): Fence {
    const pos = { file: "", line: 0, column: 0 };
    const declaration: FenceDeclaration = {
      name: "any",
      pos,
      container: false,
      signaled: false,
      private: false,
      ops: [],
      links: [],
      data: [],
    };
    const lock = this.#classes.inline("(other)", { ...declaration, name: "fence" });
    return {
      id: this.#fences.length,
      driver: "(other)",
      name: "(other)/fence",
      declaration,
      lock,
      own: this.#classes.within("(other)/fence", "(other)"),
      ops: new Map(),
      links: new Map(),
      lifetimes: new Set(),
    };
  }

  /** The only fence of the manifest, or the one that `fence:` names. */
  #fenceAtHand(
    declaration: { readonly fence?: string; readonly pos: FilePosition },
    home: Home,
  ): Fence | undefined {
    if (declaration.fence === undefined)
      return home.fences.size === 1 ? [...home.fences.values()][0] : undefined;
    const fence = home.fences.get(declaration.fence);
    if (fence === undefined)
      this.#problems.unknown(declaration.pos, "fence", declaration.fence, home.fences.keys());
    return fence;
  }

  #linkTargets(manifest: Manifest, anyFence: Fence): void {
    for (const declaration of manifest.fences) {
      const fence = this.#fences.find((other) => other.declaration === declaration);
      for (const target of declaration.links)
        fence?.links.set(target.name, this.#targets(target, target.pos, manifest.driver, anyFence));
    }
  }

  #targets(targets: Targets, pos: FilePosition, driver: string, anyFence: Fence): readonly Fence[] {
    const excluded = new Set<Fence>();
    for (const name of targets.except) {
      for (const fence of name === "containers" ? this.#containers() : this.#named(name, pos, driver))
        excluded.add(fence);
    }
    const chosen = this.#chosen(targets.to, pos, driver).filter((fence) => !excluded.has(fence));
    if (chosen.length > 0) return chosen;
    this.#anyFenceUsed = true;
    return [anyFence];
  }

  /** `any` is any that a driver hands out; `all` those, too, that it keeps to its framework. */
  #chosen(to: Targets["to"], pos: FilePosition, driver: string): readonly Fence[] {
    if (to === "all") return this.#fences;
    if (to === "any") return this.#fences.filter((fence) => !fence.declaration.private);
    return to.flatMap((name) => this.#named(name, pos, driver));
  }

  #containers(): Fence[] {
    return this.#fences.filter((fence) => fence.declaration.container);
  }

  /** `driver/fence`, or a fence of this manifest. A driver that is not among the inputs has no fences to offer. */
  #named(name: string, pos: FilePosition, driver: string): Fence[] {
    if (name === "any") return this.#fences;
    if (name === "containers") return this.#containers();
    const full = name.includes("/") ? name : `${driver}/${name}`;
    const fence = this.#fenceByName.get(full);
    if (fence !== undefined) return [fence];
    const owner = full.slice(0, full.indexOf("/"));
    if (this.#homes.has(owner)) this.#problems.unknown(pos, "fence", name, this.#fenceByName.keys());
    return [];
  }

  #linkCallbacks(anyFence: Fence): readonly (readonly Body[])[] {
    const byFence: Body[][] = [...this.#fences, anyFence].map(() => []);
    for (const manifest of this.#manifests) {
      const home = this.#homes.get(manifest.driver)!;
      for (const callback of manifest.callbacks) {
        const fence = this.#fenceAtHand(callback, home);
        const body = this.#body("callback", callback, callback.name, home, { fence });
        for (const target of this.#targets(callback.attached_to, callback.pos, manifest.driver, anyFence))
          byFence[target.id].push(body);
      }
    }
    return byFence;
  }

  #linkSteps(steps: readonly Step[], body: Body, home: Home): LinkedStep[] {
    const linked: LinkedStep[] = [];
    for (const step of steps) {
      const found = this.#linkStep(step, body, home);
      if (found !== undefined) linked.push(found);
    }
    return linked;
  }

  #linkStep(step: Step, body: Body, home: Home): LinkedStep | undefined {
    const { driver } = home;
    switch (step.kind) {
      case "lock": {
        const lock = this.#lockRef(step.lock, step.pos, driver);
        const nest = step.nest === undefined ? undefined : this.#lockRef(step.nest, step.pos, driver);
        const steps = step.steps === undefined ? undefined : this.#linkSteps(step.steps, body, home);
        return (
          lock && { kind: "lock", step, lock, on: this.#fenceRef(step, step.lock, body, home), nest, steps }
        );
      }
      case "unlock":
      case "needs": {
        const lock = this.#lockRef(step.lock, step.pos, driver);
        return lock && { kind: step.kind, step, lock, on: this.#fenceRef(step, step.lock, body, home) };
      }
      case "call": {
        const callee = this.#callee(step.call, step.pos, home);
        if (callee === undefined) return undefined;
        const keeps = step.keeps === undefined ? undefined : this.#fenceName(step.keeps, step.pos, home);
        return { kind: "call", step, body: callee, on: this.#fenceRef(step, undefined, body, home), keeps };
      }
      case "defer":
        this.#path(step.path, step.pos, home);
        return { kind: "defer", step };
      case "sync": {
        const path =
          step.path === "rcu" || step.path === "srcu" ? undefined : this.#path(step.path, step.pos, home);
        if (path !== undefined) this.#synced.add(path);
        return { kind: "sync", step, path };
      }
      case "wait": {
        const completion = step.what === "fence" ? undefined : this.#completion(step.what, step.pos, driver);
        return { kind: "wait", step, completion, on: this.#fenceRef(step, undefined, body, home) };
      }
      case "complete": {
        const completion = this.#completion(step.what, step.pos, driver);
        return completion && { kind: "complete", step, completion };
      }
      case "sleep": {
        const reclaim = step.alloc === "GFP_KERNEL" ? this.#classes.find("fs_reclaim", undefined) : undefined;
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
          branches: step.branches.map((branch) => this.#linkSteps(branch, body, home)),
        };
      case "unknown":
        return { kind: "unknown", step };
      case "op":
        return {
          kind: "op",
          step,
          op: step.op,
          hold: this.#whatIf(this.#policy.hold, step.op),
          drop: this.#whatIf(this.#policy.drop, step.op),
          before: this.#linkSteps(step.before, body, home),
          onSet: this.#linkSteps(step.onSet, body, home),
          onUnset: this.#linkSteps(step.onUnset, body, home),
        };
      case "callbacks":
        return { kind: "callbacks", step };
    }
  }

  #whatIf(entries: readonly WhatIf[], op: string): LockRef[] {
    return entries
      .filter((entry) => entry.op === op)
      .flatMap((entry) => this.#lockRef(entry.lock, entry.pos ?? this.#policy.pos, undefined) ?? []);
  }

  #lockRef(name: string, pos: FilePosition, driver: string | undefined): LockRef | undefined {
    return name === FENCE_LOCK ? FENCE_LOCK : this.#lockClass(name, pos, driver);
  }

  #lockClass(name: string, pos: FilePosition, driver: string | undefined): LockClass | undefined {
    const lock = this.#classes.find(name, driver);
    if (lock === undefined)
      this.#problems.unknown(pos, "lock", name, [...this.#classes.names(driver), FENCE_LOCK]);
    return lock;
  }

  /** A completion is declared as a lock of that kind, or simply named. */
  #completion(name: string, pos: FilePosition, driver: string | undefined): LockClass | undefined {
    const declared = this.#classes.find(name, driver);
    if (declared !== undefined && declared.kind !== "completion") {
      this.#problems.add(pos, `"${name}" is a ${declared.kind}: one waits for a fence or a completion`);
      return undefined;
    }
    return declared ?? this.#classes.pseudo(`completion(${driver ?? ""}:${name})`);
  }

  #orderedClass(name: string): LockClass[] {
    const lock = this.#lockClass(name, this.#policy.orderPos ?? this.#policy.pos, undefined);
    return lock === undefined ? [] : [lock];
  }

  #path(name: string, pos: FilePosition, home: Home): Body | undefined {
    const path = home.paths.get(name);
    if (path === undefined) this.#problems.unknown(pos, "path", name, home.paths.keys());
    return path;
  }

  #callee(name: string, pos: FilePosition, home: Home): Body | undefined {
    const colon = name.indexOf(":");
    const owner = colon < 0 ? home : this.#homes.get(name.slice(0, colon));
    if (owner === undefined) {
      const driver = name.slice(0, colon);
      this.#problems.add(pos, `"${name}": no manifest of driver "${driver}" among the inputs`);
      return undefined;
    }
    const found =
      owner.functions.get(name.slice(colon + 1)) ??
      (colon < 0 ? this.#framework.functions.get(name) : undefined);
    if (found !== undefined) return found;
    // Under a policy without functions there is no framework to call: then only the drivers' own paths count.
    if (this.#policy.functions.length > 0 || colon >= 0) {
      const prefix = colon < 0 ? "" : name.slice(0, colon + 1);
      const candidates = [...owner.functions.keys()].map((fn) => prefix + fn);
      this.#problems.unknown(
        pos,
        "function",
        name,
        colon < 0 ? [...candidates, ...this.#framework.functions.keys()] : candidates,
      );
    }
    return undefined;
  }

  #fenceRef(
    step: { readonly on?: string; readonly pos: FilePosition },
    lock: string | undefined,
    body: Body,
    home: Home,
  ): FenceRef {
    if (step.on !== undefined) return this.#fenceName(step.on, step.pos, home);
    const selfless =
      (body.kind === "path" || body.kind === "callback") && body.fence === undefined && lock === FENCE_LOCK;
    if (selfless) {
      const names = [...home.fences.keys()].join(" or ");
      this.#problems.add(
        step.pos,
        `which fence's lock? There is no fence at hand here: say \`on: ${names || "any"}\``,
      );
    }
    return SELF;
  }

  #fenceName(name: string, pos: FilePosition, home: Home): FenceRef {
    if (name === "self") return SELF;
    if (name === "signaled" || name === "any" || name === "plain") return { kind: name };
    const fence = home.fences.get(name) ?? this.#fenceByName.get(name);
    const isLink = [...home.fences.values()].some((owner) => owner.links.has(name));
    if (isLink) return { kind: "link", name };
    if (fence !== undefined) return { kind: "fence", fence };
    const owner = name.slice(0, Math.max(0, name.indexOf("/")));
    if (owner === "" || this.#homes.has(owner)) {
      const links = [...home.fences.values()].flatMap((other) => [...other.links.keys()]);
      this.#problems.unknown(pos, "fence or link", name, [
        "self",
        "any",
        ...links,
        ...home.fences.keys(),
        ...this.#fenceByName.keys(),
      ]);
    } else {
      this.#problems.add(pos, `"${name}": no manifest of driver "${owner}" among the inputs`);
    }
    return SELF;
  }
}

/** Ops that a what-if names must exist: a hold on a misspelt op would find nothing and pass for clean. */
export function checkWhatIfs(entries: readonly WhatIf[], problems: Problems, pos: FilePosition): void {
  for (const { op, pos: own } of entries) {
    if (!(OPS as readonly string[]).includes(op)) problems.unknown(own ?? pos, "op", op, OPS);
  }
}

import type { Declared, FenceDeclaration, Manifest, Step, Targets } from "../manifest/model.js";
import type { LockKind } from "../manifest/words.js";
import type { Policy, PolicyFunction } from "../policy/model.js";
import type { FilePosition } from "../source/position.js";
import { type Home, Names } from "./names.js";
import type { Body, Fence, LockClass, Program } from "./program.js";
import { StepLinker } from "./steps.js";

const SPINLOCKS: ReadonlySet<LockKind> = new Set(["spinlock", "raw_spinlock"]);

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
  readonly #manifests: readonly Manifest[];
  readonly #policy: Policy;
  readonly #names: Names;
  readonly #fences: MutableFence[] = [];
  /** Bodies whose steps are linked once every name is known. */
  readonly #pending: { body: Body; steps: readonly Step[]; home: Home }[] = [];
  readonly #queues = new Map<Body, string>();
  #bodies = 0;
  #anyFenceUsed = false;

  constructor(manifests: readonly Manifest[], policy: Policy) {
    // Names, not the order in which files were given, decide every id, so that the same input gives the same bytes.
    this.#manifests = [...manifests].sort((a, b) => (a.driver < b.driver ? -1 : a.driver > b.driver ? 1 : 0));
    this.#policy = policy;
    this.#names = new Names(policy, this.#manifests);
  }

  link(): Program {
    this.#refuseTwins();
    for (const fn of this.#policy.functions)
      this.#names.framework.functions.set(fn.name, this.#policyBody(fn));
    for (const manifest of this.#manifests) this.#declareManifest(manifest);
    const anyFence = this.#anyFence();
    for (const manifest of this.#manifests) this.#linkTargets(manifest, anyFence);
    const callbacks = this.#linkCallbacks(anyFence);
    const linker = new StepLinker(this.#names, this.#policy);
    for (const { body, steps, home } of this.#pending) body.steps = linker.link(steps, body, home);
    this.#names.checkCompletions();
    this.#nameRunning(linker.synced);
    const signalling = [...this.#fences, anyFence].map((fence) =>
      this.#names.classes.pseudo(`signal(${fence.name})`),
    );
    const order = this.#policy.order.map((names) => names.flatMap((name) => this.#orderedClass(name)));
    this.#names.problems.throwIfAny();
    return {
      policyName: this.#policy.name,
      classes: this.#names.classes.all,
      fences: this.#fences,
      openFences: this.#fences.filter(({ declaration }) => !declaration.private),
      plainFences: this.#fences.filter(({ declaration }) => !declaration.private && !declaration.container),
      callbacks,
      consumerCalls: [...this.#names.framework.functions.values()].filter((body) => body.contexts.length > 0),
      paths: [...this.#names.homes.values()].flatMap((home) => [...home.paths.values()]),
      signalling,
      order,
      bodies: this.#bodies,
      anyFence,
      anyFenceUsed: this.#anyFenceUsed,
      signal: this.#names.framework.functions.get("dma_fence_signal"),
    };
  }

  #refuseTwins(): void {
    const seen = new Map<string, Manifest>();
    for (const manifest of this.#manifests) {
      const twin = seen.get(manifest.driver);
      if (twin !== undefined) {
        const where = `${twin.pos.file}:${twin.pos.line}`;
        this.#names.problems.add(
          manifest.pos,
          `driver "${manifest.driver}" has a manifest already, at ${where}`,
        );
      }
      seen.set(manifest.driver, manifest);
    }
    this.#names.problems.throwIfAny();
  }

  /** A path that somebody waits for has a class for its running; every path of an ordered queue has the queue's. */
  #nameRunning(synced: ReadonlySet<Body>): void {
    for (const home of this.#names.homes.values()) {
      for (const [name, path] of home.paths) {
        const queue = this.#queues.get(path);
        const running: LockClass[] = [];
        if (synced.has(path)) running.push(this.#names.classes.pseudo(`run(${home.driver}:${name})`));
        if (queue !== undefined) {
          path.queue = this.#names.classes.pseudo(`queue(${queue})`);
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
    const leavesHeld = fn.leaves_held.flatMap((name) => this.#names.lockRef(name, fn.pos, undefined) ?? []);
    const { contexts, returns_if_signaled: returnsIfSignaled } = fn;
    return this.#body("policy", fn, fn.name, this.#names.framework, {
      contexts,
      leavesHeld,
      returnsIfSignaled,
    });
  }

  #declareManifest(manifest: Manifest): void {
    const { driver } = manifest;
    const home = {
      driver,
      functions: new Map<string, Body>(),
      paths: new Map<string, Body>(),
      fences: new Map<string, Fence>(),
    };
    this.#names.homes.set(driver, home);
    for (const declaration of manifest.fences) {
      const fence = this.#declareFence(driver, declaration);
      home.fences.set(declaration.name, fence);
      this.#names.fenceByName.set(fence.name, fence);
      for (const op of declaration.ops) {
        if (op.function === "NULL") continue;
        fence.ops.set(
          op.op,
          this.#body("op", op, `${declaration.name}.${op.op}`, home, { fence, op: op.op }),
        );
      }
    }
    for (const fn of manifest.functions) {
      const leavesHeld = fn.leaves_held.flatMap((name) => this.#names.lockRef(name, fn.pos, driver) ?? []);
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
    const lock = name === undefined ? undefined : this.#names.lockClass(name, declaration.pos, driver);
    // include/linux/dma-fence.h: `spinlock_t *lock`, of dma_fence_init(). It is taken in interrupts.
    if (lock !== undefined && !SPINLOCKS.has(lock.kind))
      this.#names.problems.add(
        declaration.pos,
        `"${lock.name}" is a ${lock.kind}: a fence's lock is a spinlock`,
      );
    const fence: MutableFence = {
      id: this.#fences.length,
      driver,
      name: `${driver}/${declaration.name}`,
      declaration,
      lock: lock ?? this.#names.classes.inline(driver, declaration),
      own: this.#names.classes.within(`${driver}/${declaration.name}`, driver),
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
    const lock = this.#names.classes.inline("(other)", { ...declaration, name: "fence" });
    return {
      id: this.#fences.length,
      driver: "(other)",
      name: "(other)/fence",
      declaration,
      lock,
      own: this.#names.classes.within("(other)/fence", "(other)"),
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
      this.#names.problems.unknown(declaration.pos, "fence", declaration.fence, home.fences.keys());
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
    const fence = this.#names.fenceByName.get(full);
    if (fence !== undefined) return [fence];
    const owner = full.slice(0, full.indexOf("/"));
    if (this.#names.homes.has(owner))
      this.#names.problems.unknown(pos, "fence", name, this.#names.fenceByName.keys());
    return [];
  }

  #linkCallbacks(anyFence: Fence): readonly (readonly Body[])[] {
    const byFence: Body[][] = [...this.#fences, anyFence].map(() => []);
    for (const manifest of this.#manifests) {
      const home = this.#names.homes.get(manifest.driver)!;
      for (const callback of manifest.callbacks) {
        const fence = this.#fenceAtHand(callback, home);
        const body = this.#body("callback", callback, callback.name, home, { fence });
        for (const target of this.#targets(callback.attached_to, callback.pos, manifest.driver, anyFence))
          byFence[target.id].push(body);
      }
    }
    return byFence;
  }

  #orderedClass(name: string): LockClass[] {
    const lock = this.#names.lockClass(name, this.#policy.orderPos ?? this.#policy.pos, undefined);
    return lock === undefined ? [] : [lock];
  }
}

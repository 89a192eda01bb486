import type { FenceDeclaration, LockDeclaration, Manifest } from "../manifest/model.js";
import type { LockKind, Scope } from "../manifest/words.js";
import type { Policy } from "../policy/model.js";
import type { Problems } from "./problems.js";
import type { LockClass } from "./program.js";

/**
 * All lock classes of a program. Names are the kernel's own (`struct.field`, or a global's), so one name is one
 * class wherever it is declared; two manifests that declare it must agree on what it is.
 */
export class Classes {
  readonly all: LockClass[] = [];
  readonly #byName = new Map<string, LockClass>();
  /** By driver, what its manifest declares; the framework's own are there for everybody. */
  readonly #visible = new Map<string, ReadonlyMap<string, LockClass>>();
  readonly #framework: ReadonlyMap<string, LockClass>;

  constructor(policy: Policy, manifests: readonly Manifest[], problems: Problems) {
    this.#framework = this.#declareAll(policy.locks, undefined, problems);
    for (const { driver, locks } of manifests)
      this.#visible.set(driver, this.#declareAll(locks, driver, problems));
  }

  /** The class of that name as `driver`'s manifest (or the policy, without driver) may use it. */
  find(name: string, driver: string | undefined): LockClass | undefined {
    if (driver === undefined) return this.#byName.get(name);
    return this.#visible.get(driver)?.get(name) ?? this.#framework.get(name);
  }

  /** The names that `driver` may use, for "did you mean". */
  names(driver: string | undefined): Iterable<string> {
    if (driver === undefined) return this.#byName.keys();
    return [...this.#framework.keys(), ...(this.#visible.get(driver)?.keys() ?? [])];
  }

  /** The inline lock of a fence whose dma_fence_init() gets none: a class of its own, one instance a fence. */
  inline(driver: string, fence: FenceDeclaration): LockClass {
    return this.#add(`${driver}/${fence.name}.inline_lock`, "spinlock", "fence", driver);
  }

  /** By each lock of the framework that lies in every fence, the class that it is in those of this table. */
  within(fence: string, driver: string): ReadonlyMap<LockClass, LockClass> {
    const own = new Map<LockClass, LockClass>();
    for (const lock of this.#framework.values()) {
      const { declaration } = lock;
      if (declaration?.each === "fence")
        own.set(lock, this.#add(`${lock.name}(${fence})`, lock.kind, "fence", driver, declaration));
    }
    return own;
  }

  /** A class with no lock behind it: what waiting for something acquires and what leads up to it holds. */
  pseudo(name: string): LockClass {
    return this.#byName.get(name) ?? this.#add(name, "map", "global");
  }

  #declareAll(
    locks: readonly LockDeclaration[],
    driver: string | undefined,
    problems: Problems,
  ): ReadonlyMap<string, LockClass> {
    const declared = new Map<string, LockClass>();
    for (const lock of locks) declared.set(lock.name, this.#declare(lock, driver, problems));
    return declared;
  }

  #declare(lock: LockDeclaration, driver: string | undefined, problems: Problems): LockClass {
    const known = this.#byName.get(lock.name);
    if (known === undefined) return this.#add(lock.name, lock.kind, lock.scope, driver, lock);
    const before = known.declaration;
    if (before === undefined || (known.kind === lock.kind && known.scope === lock.scope)) return known;
    const where = `${before.pos.file}:${before.pos.line}`;
    problems.add(
      lock.pos,
      `lock "${lock.name}" is a ${lock.kind} of scope ${lock.scope} here, a ${known.kind} of scope ${known.scope} at ${where}`,
    );
    return known;
  }

  #add(
    name: string,
    kind: LockKind,
    scope: Scope,
    driver?: string,
    declaration?: LockDeclaration,
  ): LockClass {
    const lock: LockClass = {
      id: this.all.length,
      name,
      kind,
      scope,
      driver,
      declaration,
      synchronised: false,
    };
    this.all.push(lock);
    this.#byName.set(name, lock);
    return lock;
  }
}

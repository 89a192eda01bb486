import type { Manifest } from "../manifest/model.js";
import { FENCE_LOCK } from "../manifest/words.js";
import type { Policy, WhatIf } from "../policy/model.js";
import type { FilePosition } from "../source/position.js";
import { suggest } from "../source/suggest.js";
import { Classes } from "./classes.js";
import { Problems } from "./problems.js";
import { type Body, type Fence, type FenceRef, type LockClass, type LockRef, SELF } from "./program.js";

/** What a body's names are looked up in. */
export interface Home {
  readonly driver?: string;
  readonly functions: ReadonlyMap<string, Body>;
  readonly paths: ReadonlyMap<string, Body>;
  readonly fences: ReadonlyMap<string, Fence>;
}

/** A completion that a step names and nobody declares. */
interface NamedCompletion {
  readonly kind: "wait" | "complete";
  readonly name: string;
  readonly pos: FilePosition;
  readonly driver: string | undefined;
}

/** Everything that has a name, and what it stands for. What is not there is noted as a problem. */
export class Names {
  readonly problems = new Problems();
  readonly classes: Classes;
  readonly framework: Home & { readonly functions: Map<string, Body> };
  readonly homes = new Map<string, Home>();
  readonly fenceByName = new Map<string, Fence>();
  readonly #policy: Policy;
  readonly #named: NamedCompletion[] = [];

  constructor(policy: Policy, manifests: readonly Manifest[]) {
    this.#policy = policy;
    this.classes = new Classes(policy, manifests, this.problems);
    this.framework = { functions: new Map(), paths: new Map(), fences: new Map() };
  }

  /** The locks that a `hold` or `drop` names for an op. */
  whatIf(entries: readonly WhatIf[], op: string): LockRef[] {
    return entries
      .filter((entry) => entry.op === op)
      .flatMap((entry) => this.lockRef(entry.lock, entry.pos ?? this.#policy.pos, undefined) ?? []);
  }

  /** A class, or the lock of the fence at hand. */
  lockRef(name: string, pos: FilePosition, driver: string | undefined): LockRef | undefined {
    return name === FENCE_LOCK ? FENCE_LOCK : this.lockClass(name, pos, driver);
  }

  /** The class of that name, as this driver (or, without one, the policy) may use it. */
  lockClass(name: string, pos: FilePosition, driver: string | undefined): LockClass | undefined {
    const lock = this.classes.find(name, driver);
    if (lock === undefined)
      this.problems.unknown(pos, "lock", name, [...this.classes.names(driver), FENCE_LOCK]);
    return lock;
  }

  /** A completion is declared as a lock of that kind, or simply named. */
  completion(
    kind: "wait" | "complete",
    name: string,
    pos: FilePosition,
    driver: string | undefined,
  ): LockClass | undefined {
    const declared = this.classes.find(name, driver);
    if (declared !== undefined && declared.kind !== "completion") {
      this.problems.add(pos, `"${name}" is a ${declared.kind}: one waits for a fence or a completion`);
      return undefined;
    }
    if (declared === undefined) this.#named.push({ kind, name, pos, driver });
    return declared ?? this.classes.pseudo(`completion(${driver ?? ""}:${name})`);
  }

  /**
   * A name that is only waited for, or only completed, and nearly one of the driver's others: a slip, with which the
   * wait would pass for clean.
   */
  checkCompletions(): void {
    for (const { kind, name, pos, driver } of this.#named) {
      const of = this.#named.filter((other) => other.driver === driver);
      if (of.some((other) => other.kind !== kind && other.name === name)) continue;
      const declared = this.classes.all.filter(
        (lock) => lock.driver === driver && lock.kind === "completion",
      );
      const others = [...of.filter((other) => other.kind !== kind), ...declared].map((other) => other.name);
      const meant = suggest(name, others);
      if (meant !== undefined && isSlip(name, meant))
        this.problems.add(pos, `nothing ${kind === "wait" ? "completes" : "waits for"} "${name}"`, meant);
    }
  }

  /** A class of the kind srcu, where no path bears the name. */
  srcuDomain(name: string, { driver, paths }: Home): LockClass | undefined {
    const found = paths.has(name) ? undefined : this.classes.find(name, driver);
    return found?.kind === "srcu" ? found : undefined;
  }

  /** A path of the body's own manifest. */
  path(name: string, pos: FilePosition, home: Home): Body | undefined {
    const path = home.paths.get(name);
    if (path === undefined) this.problems.unknown(pos, "path", name, home.paths.keys());
    return path;
  }

  /** A function of the body's own manifest, of another (`driver:function`) or of the policy. */
  callee(name: string, pos: FilePosition, home: Home): Body | undefined {
    const colon = name.indexOf(":");
    const owner = colon < 0 ? home : this.homes.get(name.slice(0, colon));
    if (owner === undefined) {
      const driver = name.slice(0, colon);
      this.problems.add(pos, `"${name}": no manifest of driver "${driver}" among the inputs`);
      return undefined;
    }
    const found =
      owner.functions.get(name.slice(colon + 1)) ??
      (colon < 0 ? this.framework.functions.get(name) : undefined);
    if (found !== undefined) return found;
    // Under a policy without functions there is no framework to call: then only the drivers' own paths count.
    if (this.#policy.functions.length > 0 || colon >= 0) {
      const prefix = colon < 0 ? "" : name.slice(0, colon + 1);
      const candidates = [...owner.functions.keys()].map((fn) => prefix + fn);
      this.problems.unknown(
        pos,
        "function",
        name,
        colon < 0 ? [...candidates, ...this.framework.functions.keys()] : candidates,
      );
    }
    return undefined;
  }

  /** Which fence a step is about. */
  fenceRef(
    step: { readonly on?: string; readonly pos: FilePosition },
    lock: string | undefined,
    body: Body,
    home: Home,
  ): FenceRef {
    if (step.on !== undefined) return this.fenceName(step.on, step.pos, body, home);
    const selfless =
      (body.kind === "path" || body.kind === "callback") && body.fence === undefined && lock === FENCE_LOCK;
    if (selfless) {
      const names = [...home.fences.keys()].join(" or ");
      this.problems.add(
        step.pos,
        `which fence's lock? There is no fence at hand here: say \`on: ${names || "any"}\``,
      );
    }
    return SELF;
  }

  /** The fence, or the link to some, that a name stands for. */
  fenceName(name: string, pos: FilePosition, { fence: own }: Body, home: Home): FenceRef {
    if (name === "self") return SELF;
    if (name === "signaled" || name === "any" || name === "plain") return { kind: name };
    const fence = home.fences.get(name) ?? this.fenceByName.get(name);
    // A link that the fence at hand does not have leads nowhere: what is about it would be left out.
    const owners = own === undefined ? [...home.fences.values()] : [own];
    const isLink = owners.some((owner) => owner.links.has(name));
    if (isLink) return { kind: "link", name };
    if (fence !== undefined) return { kind: "fence", fence };
    const owner = name.slice(0, Math.max(0, name.indexOf("/")));
    if (owner === "" || this.homes.has(owner)) {
      const links = owners.flatMap((owner) => [...owner.links.keys()]);
      this.problems.unknown(pos, "fence or link", name, [
        "self",
        "any",
        ...links,
        ...home.fences.keys(),
        ...this.fenceByName.keys(),
      ]);
    } else {
      this.problems.add(pos, `"${name}": no manifest of driver "${owner}" among the inputs`);
    }
    return SELF;
  }
}

/** `reset_done` is no slip for `done`, nor `ring1_done` for `ring0_done`; and short names are alike by chance. */
function isSlip(name: string, meant: string): boolean {
  const plain = (text: string) => text.replaceAll(/\d/g, "0");
  return name.length > 3 && Math.abs(meant.length - name.length) <= 2 && plain(name) !== plain(meant);
}

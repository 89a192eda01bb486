import type { Body, FenceRef, LinkedStep, LockRef, Program } from "../link/program.js";

/**
 * What a body does about locks that its callers hold, each lock by its name as the body knows it. Where there is
 * anything, it is followed as a part of its caller.
 */
interface Effects {
  /** It lets them go; whether or not it takes them again. */
  readonly released: ReadonlySet<string>;
  /** A what-if at a call of an op below depends on whether they are held. */
  readonly asked: ReadonlySet<string>;
}

interface Node {
  readonly body: Body;
  readonly callers: Set<Node>;
  effects: Effects;
}

const NOTHING: Effects = { released: new Set(), asked: new Set() };

/**
 * Tells which bodies return with other locks held than they were called with, or depend on what their callers hold.
 * Found as least fixed points over all that a body can call, so that it does not matter where a circle of calls is
 * entered.
 */
export class Effectful {
  readonly #nodes = new Map<Body, Node>();
  readonly #has = new Map<Body, boolean>();
  /** By its name, what an op can be: whose, is not known here. */
  readonly #ops = new Map<string, Body[]>();

  constructor({ fences }: Program) {
    for (const { ops } of fences)
      for (const [name, op] of ops) {
        const known = this.#ops.get(name);
        if (known === undefined) this.#ops.set(name, [op]);
        else known.push(op);
      }
  }

  has(body: Body): boolean {
    let found = this.#has.get(body);
    if (found === undefined) {
      const { released, asked } = this.#effectsOf(body);
      found = body.leavesHeld.length > 0 || released.size > 0 || asked.size > 0;
      this.#has.set(body, found);
    }
    return found;
  }

  #effectsOf(body: Body): Effects {
    return (this.#nodes.get(body) ?? this.#explore(body)).effects;
  }

  /** Finds a body's effects, and those of everything that it can call. */
  #explore(body: Body): Node {
    const fresh: Node[] = [];
    const nodeOf = (callee: Body): Node => {
      let node = this.#nodes.get(callee);
      if (node === undefined) {
        node = { body: callee, callers: new Set(), effects: NOTHING };
        this.#nodes.set(callee, node);
        fresh.push(node);
      }
      return node;
    };
    const first = nodeOf(body);
    const work = new Set<Node>();
    for (const node of fresh) {
      const itself = this.#visit(node.body.steps, (callee) => {
        const { callers, effects } = nodeOf(callee);
        callers.add(node);
        if (effects !== NOTHING) work.add(node);
      });
      if (itself) work.add(node);
    }
    for (const node of work) {
      work.delete(node);
      const effects = this.#judge(node.body);
      const { released, asked } = node.effects;
      if (effects.released.size === released.size && effects.asked.size === asked.size) continue;
      node.effects = effects;
      for (const caller of node.callers) work.add(caller);
    }
    return first;
  }

  /** Shows the bodies that steps can call; tells whether they do something themselves that can be an effect. */
  #visit(steps: readonly LinkedStep[], show: (callee: Body) => void): boolean {
    let itself = false;
    for (const step of steps) {
      switch (step.kind) {
        case "call":
          show(step.body);
          break;
        case "unlock":
          itself = true;
          break;
        case "lock":
          if (step.steps !== undefined && this.#visit(step.steps, show)) itself = true;
          break;
        case "either":
          for (const branch of step.branches) if (this.#visit(branch, show)) itself = true;
          break;
        case "op":
          for (const op of this.#ops.get(step.op) ?? []) show(op);
          for (const list of [step.before, step.onSet, step.onUnset])
            if (this.#visit(list, show)) itself = true;
          if (step.hold.length + step.drop.length > 0) itself = true;
          break;
        default:
      }
    }
    return itself;
  }

  /** A body's effects, by what is known of its callees' so far. */
  #judge(body: Body): Effects {
    const released = new Set<string>();
    const asked = new Set<string>();
    // An op is called by the framework, with what that holds: containers would lead from one to all others.
    const passes = body.kind === "policy" || body.kind === "function";
    const list = (steps: readonly LinkedStep[], before: readonly Own[]): readonly Own[] => {
      const own = [...before];
      const letGo = (lock: string) => {
        const index = own.findLastIndex((entry) => entry.lock === lock);
        if (index < 0) released.add(nameIn(body, lock));
        else own.splice(index, 1);
      };
      const ask = (lock: string) => {
        if (passes && !own.some((entry) => entry.lock === lock)) asked.add(nameIn(body, lock));
      };
      const within = (lists: readonly (readonly LinkedStep[])[]) => {
        const ends = lists.map((inner) => list(inner, own));
        own.splice(0, own.length, ...own.filter((entry) => ends.every((end) => end.includes(entry))));
      };
      for (const step of steps) {
        switch (step.kind) {
          case "lock": {
            const entry = { lock: nameOf(step.lock, step.on) };
            own.push(entry);
            if (step.steps === undefined) break;
            within([step.steps]);
            if (own.includes(entry)) own.splice(own.indexOf(entry), 1);
            break;
          }
          case "unlock":
            letGo(nameOf(step.lock, step.on));
            break;
          case "call": {
            const callee = this.#effectsOf(step.body);
            for (const lock of callee.released) letGo(seenThrough(step.on, lock));
            for (const lock of callee.asked) if (canBeHeld(step.on, lock)) ask(seenThrough(step.on, lock));
            for (const lock of step.body.leavesHeld) own.push({ lock: nameOf(lock, step.on) });
            break;
          }
          case "either":
            within(step.branches);
            break;
          case "op":
            within([step.before]);
            for (const lock of [...step.hold, ...step.drop]) ask(nameOf(lock, { kind: "self" }));
            for (const op of this.#ops.get(step.op) ?? [])
              for (const lock of this.#effectsOf(op).released) letGo(lock);
            within([step.onSet, step.onUnset]);
            break;
          default:
        }
      }
      return own.filter((entry) => before.includes(entry));
    };
    list(body.steps, []);
    return { released, asked };
  }
}

/** A lock that a body has taken itself. */
interface Own {
  readonly lock: string;
}

const FENCE_LOCK = "fence.lock";
const OF = `${FENCE_LOCK} of `;

function nameOf(lock: LockRef, on: FenceRef): string {
  return lock === FENCE_LOCK ? seenThrough(on, FENCE_LOCK) : lock.name;
}

/** What a callee's lock is to its caller: the lock of the fence at hand is that of the fence which it is called on. */
function seenThrough(on: FenceRef, lock: string): string {
  if (on.kind === "self" || !isFenceLock(lock)) return lock;
  if (lock !== FENCE_LOCK) return `${OF}another`;
  return OF + (on.kind === "link" ? on.name : on.kind === "fence" ? on.fence.name : on.kind);
}

/** The lock of a body's own fence, as its callers know it. */
function nameIn({ fence }: Body, lock: string): string {
  return lock === fence?.lock.name ? FENCE_LOCK : lock;
}

/** Each use of `any` may be about another fence: nobody holds the lock of that one. */
function canBeHeld({ kind }: FenceRef, lock: string): boolean {
  return (kind !== "any" && kind !== "plain") || !isFenceLock(lock);
}

function isFenceLock(lock: string): boolean {
  return lock === FENCE_LOCK || lock.startsWith(OF);
}

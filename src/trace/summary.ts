import {
  type Body,
  completionEvent,
  type Fence,
  type FenceRef,
  type LinkedStep,
  ordersNothing,
  type Program,
} from "../link/program.js";
import { Effectful } from "./effects.js";
import type { Frame } from "./frame.js";
import { allSteps, isRelease, putsSelf, usesSignaled } from "./references.js";
import { anyOf, plainOf } from "./resolve.js";
import { signaledIn } from "./signaled.js";
import { spreads } from "./spread.js";

/**
 * What can be told of a body without entering it. Kept per body and kind of fence at hand.
 *
 * - active: something in it, or in what it calls, concerns locks; the rest is not worth entering. Where somebody keeps a
 *   reference to the fence at hand, what its `release` does is not a part of it;
 * - mindsContext: it matters which context it runs in, and whether interrupts are off; else it only calls ops that do
 *   not mind either;
 * - mindsReferences: it matters whether somebody keeps a reference to the fence at hand, or to the one that signalled;
 * - signals: the fences that it may signal on its own account. What a poll signals in passing (after an op said so)
 *   and what callbacks signal does not count: nobody may rely on it (dma-fence.c, "opportunistic" signalling).
 * - effectful: it returns with other locks held than it was called with, or depends on what its callers hold.
 * - turnsIrqsOn: it returns with interrupts on where it was called with them off: spin_unlock_irq() says so "in any case".
 */
export interface Summary {
  active(body: Body, fence: Fence | undefined, kept: boolean): boolean;
  mindsContext(body: Body, fence: Fence | undefined): boolean;
  mindsReferences(body: Body, fence: Fence | undefined): boolean;
  signals(body: Body, fence: Fence | undefined): ReadonlySet<number>;
  /** The same for a step, where it is known, too, which fence has signalled. */
  stepSignals(step: LinkedStep, fence: Fence | undefined, within: Within): ReadonlySet<number>;
  usesFence(body: Body): boolean;
  /** A function of the framework that does the same whichever fence its caller is about. */
  aboutAnything(body: Body): boolean;
  effectful(body: Body): boolean;
  turnsIrqsOn(body: Body, fence: Fence | undefined, kept: boolean): boolean;
  /** Whether a callback, or a helper of one, does something about the fence that has signalled. */
  usesSignaled(body: Body): boolean;
  /** Whether what it does about this one concerns locks. */
  mindsSignaled(body: Body, fence: Fence, kept: boolean): boolean;
  /** Whether a function of the framework is there to put a reference: after it, its caller may have none left. */
  puts(body: Body): boolean;
}

/** The code that a step stands in. */
type Within = Pick<Frame, "body" | "signaled">;

interface Node {
  readonly body: Body;
  readonly fence: Fence | undefined;
  /** It stands for the body about each of these, and has no steps of its own. */
  readonly about?: readonly Fence[];
  /** Some of the facts below. */
  facts: number;
  signals: ReadonlySet<number>;
  readonly callers: Caller[];
}

/** Who calls a node, which of its facts hold of the caller, too, and whether what it signals counts for the caller. */
interface Caller {
  readonly node: Node;
  readonly hands: number;
  /** About another fence than the caller's: its release is a part of what the caller does, whoever keeps the caller's. */
  readonly other: boolean;
  readonly own: boolean;
}

const ACTIVE = 1;
const MINDS_CONTEXT = 2;
const MINDS_REFERENCES = 4;
const USES_FENCE = 8;
const ACTIVE_IF_KEPT = 16;
const TURNS_IRQS_ON = 32;
const TURNS_IRQS_ON_IF_KEPT = 64;
const IRQS_ON = TURNS_IRQS_ON | TURNS_IRQS_ON_IF_KEPT;
/** What holds even where somebody keeps a reference to the fence at hand. */
const IF_KEPT = ACTIVE_IF_KEPT | TURNS_IRQS_ON_IF_KEPT;
/** What concerns locks. */
const LOCKS = ACTIVE | ACTIVE_IF_KEPT | MINDS_CONTEXT;
const OTHER_FENCE = LOCKS | IRQS_ON;
const KEPT_FENCE = OTHER_FENCE | MINDS_REFERENCES;
const SAME_FENCE = KEPT_FENCE | USES_FENCE;

const NONE: ReadonlySet<number> = new Set();

export function summarise(program: Program): Summary {
  const nodes = new Map<number, Node>();
  const width = program.fences.length + 2;
  const effects = new Effectful(program);
  const signaledUsers = new Map<Body, boolean>();
  const putters = new Map<Body, boolean>();
  const queue: Node[] = [];

  const nodeAt = (id: number, body: Body, fence: Fence | undefined, about?: readonly Fence[]): Node => {
    let node = nodes.get(id);
    if (node === undefined) {
      node = { body, fence, about, facts: 0, signals: NONE, callers: [] };
      nodes.set(id, node);
      queue.push(node);
    }
    return node;
  };

  const nodeOf = (body: Body, fence: Fence | undefined): Node =>
    nodeAt(body.id * width + (fence === undefined ? 0 : fence.id + 1), body, fence);

  /** One node that stands for a body about any of these fences. */
  const fanOf = (body: Body, on: Fan["kind"]): Node =>
    on === "plain"
      ? nodeAt(-2 - body.id * 2, body, undefined, plainOf(program))
      : nodeAt(-1 - body.id * 2, body, undefined, anyOf(program));

  const signaled = signaledIn(program, (body) => usesSignaled(body, signaledUsers));

  const kinds = (
    ref: Exclude<FenceRef, Fan>,
    self: Fence | undefined,
    within: Within,
  ): readonly (Fence | undefined)[] => {
    switch (ref.kind) {
      case "self":
        return [self];
      case "signaled":
        return within.signaled === undefined
          ? [...(signaled.get(within.body) ?? [])]
          : [within.signaled.fence];
      case "fence":
        return [ref.fence];
      case "link":
        return self?.links.get(ref.name) ?? [];
    }
  };

  /** Notes who calls whom, and hands up what is known of the callee already. */
  const calls = (caller: Node, callee: Node, own: boolean, hands: number, other: boolean): void => {
    const entry = { node: caller, hands, other, own };
    callee.callers.push(entry);
    caller.facts |= handed(callee, entry);
    if (own) caller.signals = union(caller.signals, callee.signals);
  };

  /** `of`: which facts count; within a release, those do not that are left out where a reference is kept. */
  const scan = (node: Node, steps: readonly LinkedStep[], own: boolean, of: number): void => {
    const { fence } = node;
    for (const step of steps) {
      if ("on" in step && (step.on.kind === "link" || isOwn(step))) node.facts |= USES_FENCE;
      switch (step.kind) {
        case "call": {
          const { on, body } = step;
          const releasing = isRelease(body);
          if (releasing) node.facts |= MINDS_REFERENCES;
          const hands = handedUp(on) & (releasing ? of & ~IF_KEPT : of);
          const other = isOther(on);
          if (isFan(on)) calls(node, fanOf(body, on.kind), own, hands, other);
          else for (const kind of kinds(on, fence, node)) calls(node, nodeOf(body, kind), own, hands, other);
          break;
        }
        case "op": {
          node.facts |= USES_FENCE;
          const within = step.op === "release" ? of & ~IF_KEPT : of;
          if (step.op === "release") node.facts |= MINDS_REFERENCES;
          const op = fence?.ops.get(step.op);
          if (fence !== undefined && op !== undefined) {
            if (step.hold.length > 0) node.facts |= LOCKS & within;
            if (fence.lifetimes.has(step.op)) node.facts |= (ACTIVE | ACTIVE_IF_KEPT) & within;
            calls(node, nodeOf(op, fence), false, SAME_FENCE & within, false);
            scan(node, step.before, own, within);
            scan(node, step.onSet, false, within);
          } else scan(node, step.onUnset, own, within);
          break;
        }
        case "callbacks":
          node.facts |= USES_FENCE | MINDS_CONTEXT;
          if (fence === undefined) break;
          if (own) node.signals = union(node.signals, new Set([fence.id]));
          for (const callback of program.callbacks[fence.id])
            calls(node, nodeOf(callback, callback.fence), false, KEPT_FENCE & of, true);
          break;
        case "either":
          for (const branch of step.branches) scan(node, branch, own, of);
          break;
        case "defer":
          break;
        case "lock":
          // An RCU read-side section may be entered anywhere, and is of interest for what is done in it.
          if (step.steps === undefined || step.lock === "fence.lock" || !ordersNothing(step.lock))
            node.facts |= LOCKS & of;
          if (irqOf(step) === "off") node.facts |= IRQS_ON & of;
          // What saved their state brings it back, whatever was done meanwhile.
          if (step.steps !== undefined)
            scan(node, step.steps, own, irqOf(step) === "save" ? of & ~IRQS_ON : of);
          break;
        case "complete":
          node.facts |= LOCKS & of;
          if (own) node.signals = union(node.signals, new Set([completionEvent(step.completion)]));
          break;
        case "unlock":
        case "needs":
        case "wait":
        case "sync":
        case "sleep":
        case "unknown":
          node.facts |= LOCKS & of;
      }
    }
  };

  const settleAll = (): void => {
    const fresh: Node[] = [];
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      if (node.about !== undefined)
        for (const fence of node.about) calls(node, nodeOf(node.body, fence), true, KEPT_FENCE, false);
      else if (!(node.body.returnsIfSignaled && node.fence?.declaration.signaled))
        scan(node, node.body.steps, true, ~0);
      fresh.push(node);
    }
    const work = [...fresh];
    for (let node = work.pop(); node !== undefined; node = work.pop()) {
      for (const entry of node.callers) {
        const { node: caller, own } = entry;
        const signals = own ? union(caller.signals, node.signals) : caller.signals;
        const facts = caller.facts | handed(node, entry);
        if (facts === caller.facts && signals === caller.signals) continue;
        caller.facts = facts;
        caller.signals = signals;
        work.push(caller);
      }
    }
  };

  const is = (body: Body, fence: Fence | undefined, fact: number): boolean =>
    (settled(body, fence).facts & fact) !== 0;

  const settle = (node: Node): Node => {
    if (queue.length > 0) settleAll();
    return node;
  };

  const settled = (body: Body, fence: Fence | undefined): Node => settle(nodeOf(body, fence));

  const stepSignals = (step: LinkedStep, fence: Fence | undefined, within: Within): ReadonlySet<number> => {
    const all = (steps: readonly LinkedStep[]) =>
      unionOf(steps.map((inner) => stepSignals(inner, fence, within)));
    switch (step.kind) {
      case "call": {
        const { on, body } = step;
        if (isFan(on)) return settle(fanOf(body, on.kind)).signals;
        return unionOf(kinds(on, fence, within).map((kind) => settled(body, kind).signals));
      }
      case "lock":
        return step.steps === undefined ? NONE : all(step.steps);
      case "either":
        return all(step.branches.flat());
      case "callbacks":
        return fence === undefined ? NONE : new Set([fence.id]);
      case "complete":
        return new Set([completionEvent(step.completion)]);
      case "op":
        return all(fence?.ops.has(step.op) ? step.before : step.onUnset);
      default:
        return NONE;
    }
  };

  /** By fence, and whether it is kept: of which bodies it has been found. */
  const signaledMinded = new Map<number, Map<Body, boolean>>();
  const mindsSignaled = (body: Body, fence: Fence, kept: boolean): boolean => {
    const id = fence.id * 2 + (kept ? 1 : 0);
    const known = signaledMinded.get(id) ?? new Map<Body, boolean>();
    signaledMinded.set(id, known);
    return spreads(body, known, ({ steps }, leadsTo) => {
      let minds = false;
      for (const step of allSteps(steps)) {
        const about = "on" in step && step.on.kind === "signaled";
        if (step.kind === "call") {
          const keptBelow = kept || step.keeps?.kind === "signaled";
          if (about && is(step.body, fence, keptBelow ? ACTIVE_IF_KEPT : ACTIVE)) minds = true;
          if (step.body.kind === "function") leadsTo(step.body);
        } else if (about) minds = true;
      }
      return minds;
    });
  };

  return {
    active: (body, fence, kept) => is(body, fence, kept ? ACTIVE_IF_KEPT : ACTIVE),
    mindsContext: (body, fence) => is(body, fence, MINDS_CONTEXT),
    mindsReferences: (body, fence) => is(body, fence, MINDS_REFERENCES),
    signals: (body, fence) => settled(body, fence).signals,
    stepSignals,
    usesFence: (body) => is(body, undefined, USES_FENCE),
    aboutAnything: (body) => body.kind === "policy" && !is(body, undefined, USES_FENCE),
    effectful: (body) => effects.has(body),
    turnsIrqsOn: (body, fence, kept) => is(body, fence, kept ? TURNS_IRQS_ON_IF_KEPT : TURNS_IRQS_ON),
    usesSignaled: (body) => usesSignaled(body, signaledUsers),
    mindsSignaled,
    puts: (body) => putsSelf(body, putters),
  };
}

/** What a caller gets of a callee's facts. */
function handed({ facts }: Node, { hands, other }: Caller): number {
  const own = facts & hands;
  if (!other) return own;
  const active = facts & ACTIVE ? ACTIVE_IF_KEPT : 0;
  const turnsOn = facts & TURNS_IRQS_ON ? TURNS_IRQS_ON_IF_KEPT : 0;
  return own | ((active | turnsOn) & hands);
}

type Fan = Extract<FenceRef, { readonly kind: "any" | "plain" }>;

function isFan(on: FenceRef): on is Fan {
  return on.kind === "any" || on.kind === "plain";
}

/** A fence that the caller's reference does not keep. */
function isOther({ kind }: FenceRef): boolean {
  return kind !== "self" && kind !== "signaled";
}

/** What a callee is that a step calls on this fence, is the caller too. A fence by its name may be the caller's own. */
function handedUp({ kind }: FenceRef): number {
  switch (kind) {
    case "self":
      return SAME_FENCE;
    case "signaled":
    case "fence":
      return KEPT_FENCE;
    case "any":
    case "plain":
    case "link":
      return OTHER_FENCE;
  }
}

function irqOf({ step }: LinkedStep): "save" | "off" | undefined {
  return step.kind === "lock" ? step.irq : undefined;
}

/** Whether a step on the fence at hand is about something of that fence's: its lock, its signal. */
function isOwn(step: Extract<LinkedStep, { readonly on: FenceRef }>): boolean {
  if (step.on.kind !== "self") return false;
  switch (step.kind) {
    case "lock":
    case "unlock":
    case "needs":
      return step.lock === "fence.lock" || step.lock.declaration?.each === "fence";
    case "wait":
      return step.completion === undefined;
    case "call":
      return false;
  }
}

/** One of the two where it has all of the other. */
function union(a: ReadonlySet<number>, b: ReadonlySet<number>): ReadonlySet<number> {
  if (a === b || b.size === 0) return a;
  if (a.size === 0) return b;
  for (const id of b) if (!a.has(id)) return new Set([...a, ...b]);
  return a;
}

function unionOf(sets: readonly ReadonlySet<number>[]): ReadonlySet<number> {
  return sets.reduce(union, NONE);
}

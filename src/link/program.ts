import type { Declared, FenceDeclaration, LockDeclaration, Step } from "../manifest/model.js";
import type { Context, LockKind, Scope } from "../manifest/words.js";

/** A lock class: one for all locks that are logically one, as in lockdep. */
export interface LockClass {
  readonly id: number;
  readonly name: string;
  readonly kind: LockKind;
  readonly scope: Scope;
  /** The driver whose manifest declares it; none for the framework's. */
  readonly driver?: string;
  readonly declaration?: LockDeclaration;
  /** An srcu domain whose grace periods somebody waits for: then its readers are in somebody's way. */
  synchronised: boolean;
}

/** Whether holding it orders nothing: rcu readers never wait, nor srcu readers for whom nobody waits. */
export function ordersNothing({ kind, synchronised }: LockClass): boolean {
  return kind === "rcu" || (kind === "srcu" && !synchronised);
}

/** One implementation of `dma_fence_ops`, with everything it refers to found. */
export interface Fence {
  readonly id: number;
  readonly driver: string;
  /** `driver/fence`, as reports name it. */
  readonly name: string;
  readonly declaration: FenceDeclaration;
  /** What dma_fence_init() gets: a class of the driver's, or the fence's own inline lock. */
  readonly lock: LockClass;
  /** By a lock of the framework that lies in every fence, the class that it is here. */
  readonly own: ReadonlyMap<LockClass, LockClass>;
  readonly ops: ReadonlyMap<string, Body>;
  readonly links: ReadonlyMap<string, readonly Fence[]>;
  /** The ops that return or dereference something whose life the manifest tells. */
  readonly lifetimes: ReadonlySet<string>;
}

export type BodyKind = "policy" | "function" | "op" | "path" | "callback";

/** A list of steps under a name: what can be entered or called. */
export interface Body {
  readonly id: number;
  readonly kind: BodyKind;
  /** The C function's name where the input tells it. */
  readonly name: string;
  readonly driver?: string;
  /** The fence at hand of an op, a path or a callback. */
  readonly fence?: Fence;
  readonly op?: string;
  readonly declaration: Declared;
  readonly contexts: readonly Context[];
  readonly leavesHeld: readonly LockRef[];
  /** Does nothing about a fence that has signalled. */
  readonly returnsIfSignaled: boolean;
  /** The pseudo classes of this path's running: its own, where some `sync` waits for it, and its queue's. */
  running: readonly LockClass[];
  /** Of these, the one of its ordered queue. */
  queue?: LockClass;
  steps: readonly LinkedStep[];
}

/** A class, or the lock of the fence at hand. */
export type LockRef = LockClass | "fence.lock";

/** Which fence a step is about. */
export type FenceRef =
  | { readonly kind: "self" }
  | { readonly kind: "signaled" }
  | { readonly kind: "any" }
  /** Any that is no container. */
  | { readonly kind: "plain" }
  | { readonly kind: "link"; readonly name: string }
  | { readonly kind: "fence"; readonly fence: Fence };

export const SELF: FenceRef = { kind: "self" };

interface LinkedBase {
  readonly step: Step;
}
export type LinkedStep = LinkedBase &
  (
    | {
        readonly kind: "lock";
        readonly lock: LockRef;
        readonly on: FenceRef;
        readonly nest?: LockRef;
        /** Taken by a `hold`, not by any code that exists. */
        readonly whatIf?: boolean;
        readonly steps?: readonly LinkedStep[];
      }
    | { readonly kind: "unlock"; readonly lock: LockRef; readonly on: FenceRef }
    | { readonly kind: "call"; readonly body: Body; readonly on: FenceRef; readonly keeps?: FenceRef }
    | { readonly kind: "defer" }
    | { readonly kind: "sync"; readonly path?: Body; readonly domain?: LockClass }
    | { readonly kind: "wait"; readonly completion?: LockClass; readonly on: FenceRef }
    | { readonly kind: "complete"; readonly completion: LockClass }
    | { readonly kind: "sleep"; readonly reclaim?: LockClass; readonly sleeps: boolean }
    | { readonly kind: "needs"; readonly lock: LockRef; readonly on: FenceRef }
    | { readonly kind: "either"; readonly branches: readonly (readonly LinkedStep[])[] }
    | { readonly kind: "unknown" }
    | {
        readonly kind: "op";
        readonly op: string;
        readonly hold: readonly LockRef[];
        readonly drop: readonly LockRef[];
        readonly before: readonly LinkedStep[];
        readonly onSet: readonly LinkedStep[];
        readonly onUnset: readonly LinkedStep[];
      }
    | { readonly kind: "callbacks" }
  );

/** A callback with the fences it can sit on. */
export interface Callback {
  readonly body: Body;
  readonly attachedTo: readonly Fence[];
}

/**
 * What can be waited for and brought about: a fence's signal, by the fence's number, or a completion, by its class's
 * number counted down from -1.
 */
export type Event = number;

export function completionEvent(completion: LockClass): Event {
  return -1 - completion.id;
}

/** The class that waiting for an event acquires. */
export function classOfEvent(program: Program, event: Event): LockClass {
  return event >= 0 ? program.signalling[event] : program.classes[-1 - event];
}

/** Manifests and policy as one program: every name found, every lock a class. */
export interface Program {
  readonly policyName: string;
  readonly classes: readonly LockClass[];
  readonly fences: readonly Fence[];
  /** Those that drivers hand out: what `any` means; and those of them that are no containers, `plain`. */
  readonly openFences: readonly Fence[];
  readonly plainFences: readonly Fence[];
  /** By fence id: the callbacks that run when it signals. */
  readonly callbacks: readonly (readonly Body[])[];
  /** What consumers call, on every fence, in each of its contexts. */
  readonly consumerCalls: readonly Body[];
  readonly paths: readonly Body[];
  /** By fence id: the pseudo class of waiting for it to signal. */
  readonly signalling: readonly LockClass[];
  readonly order: readonly (readonly LockClass[])[];
  /** How many bodies there are; their ids are below it. */
  readonly bodies: number;
  /** What stands for `any` where no manifest has a fence that fits. */
  readonly anyFence: Fence;
  /** Whether some link or callback can be about it. */
  readonly anyFenceUsed: boolean;
  /** dma_fence_signal(), which the owner of any fence may call. */
  readonly signal?: Body;
}

import type { FilePosition } from "../source/position.js";
import type { Context, FreedBy, LockKind, Mode, Scope } from "./words.js";

/** A line of the kernel tree, as `path:line`. */
export type KernelLine = string;

/** What every declaration carries: where it stands in the input, and the kernel line it claims. */
export interface Declared {
  readonly pos: FilePosition;
  readonly at?: KernelLine;
  readonly note?: string;
  /** The C function's name, where the key is not it. */
  readonly function?: string;
}

interface StepBase extends Declared {
  readonly when?: string;
  /** Text that stands on the line of `at`, where it does not name the lock or function itself. */
  readonly expr?: string;
}

export interface LockStep extends StepBase {
  readonly kind: "lock";
  readonly lock: string;
  readonly mode: Mode;
  readonly irq?: "save" | "off";
  readonly bh: boolean;
  readonly try: boolean;
  readonly subclass: number;
  readonly nest?: string;
  readonly on?: string;
  /** Held for these; without them, until the matching `unlock` or the end of the list. */
  readonly steps?: readonly Step[];
}
export interface UnlockStep extends StepBase {
  readonly kind: "unlock";
  readonly lock: string;
  readonly on?: string;
}
export interface CallStep extends StepBase {
  readonly kind: "call";
  readonly call: string;
  readonly on?: string;
  readonly keeps?: string;
}
export interface DeferStep extends StepBase {
  readonly kind: "defer";
  readonly path: string;
}
export interface SyncStep extends StepBase {
  readonly kind: "sync";
  /** A path, or `rcu` for a grace period. */
  readonly path: string;
}
export interface WaitStep extends StepBase {
  readonly kind: "wait";
  /** `fence`, or a completion. */
  readonly what: string;
  readonly on?: string;
}
export interface CompleteStep extends StepBase {
  readonly kind: "complete";
  readonly what: string;
}
export interface SleepStep extends StepBase {
  readonly kind: "sleep";
  readonly why: string;
  /** The allocation's flags; with `GFP_KERNEL` the step enters fs_reclaim. */
  readonly alloc?: string;
}
export interface NeedsStep extends StepBase {
  readonly kind: "needs";
  readonly lock: string;
  readonly on?: string;
}
export interface EitherStep extends StepBase {
  readonly kind: "either";
  readonly branches: readonly (readonly Step[])[];
}
export interface UnknownStep extends StepBase {
  readonly kind: "unknown";
  readonly why: string;
}
export interface OpStep extends StepBase {
  readonly kind: "op";
  readonly op: string;
  /** Run before the op, only where the fence sets it. */
  readonly before: readonly Step[];
  /** Run after the op, only where the fence sets it. */
  readonly onSet: readonly Step[];
  /** Run where the fence does not set the op: what the framework does instead. */
  readonly onUnset: readonly Step[];
}
export interface CallbacksStep extends StepBase {
  readonly kind: "callbacks";
}

export type Step =
  | LockStep
  | UnlockStep
  | CallStep
  | DeferStep
  | SyncStep
  | WaitStep
  | CompleteStep
  | SleepStep
  | NeedsStep
  | EitherStep
  | UnknownStep
  | OpStep
  | CallbacksStep;

export interface LockDeclaration extends Declared {
  readonly name: string;
  readonly kind: LockKind;
  readonly scope: Scope;
  /** What lockdep calls it: the expression given to its init, `&obj->lock`. */
  readonly lockdep?: string;
  readonly expr?: string;
  /** A policy's lock that lies in every fence: each table's is a class of its own. */
  readonly each?: "fence";
}

/** Which fences a link or a callback may stand for. */
export interface Targets {
  readonly to: "any" | "all" | readonly string[];
  readonly except: readonly string[];
}

export interface Link extends Targets {
  readonly name: string;
  readonly pos: FilePosition;
}

export interface Returns {
  readonly points_to: string;
  readonly freed_by?: FreedBy;
}

export interface OpDeclaration extends Declared {
  readonly op: string;
  readonly steps: readonly Step[];
  readonly returns?: Returns;
}

/** Something outside the fence that its ops dereference. */
export interface DataDeclaration extends Declared {
  readonly object: string;
  readonly freed_by: FreedBy;
  readonly used_by: readonly string[];
  /** It is the fence's own memory. */
  readonly fence: boolean;
}

export interface FenceDeclaration extends Declared {
  readonly name: string;
  /** The `dma_fence_ops` table. */
  readonly table?: string;
  readonly file?: string;
  /** The class of the lock given to dma_fence_init(); without it, an inline lock of its own. */
  readonly lock?: string;
  readonly lock_at?: KernelLine;
  readonly container: boolean;
  /** Signalled from its birth on: nothing is ever installed on it, or asked of it. */
  readonly signaled: boolean;
  /** Never handed out: the owner's framework alone uses it, in process context, and `any` does not mean it. */
  readonly private: boolean;
  readonly ops: readonly OpDeclaration[];
  readonly links: readonly Link[];
  readonly data: readonly DataDeclaration[];
}

export interface FunctionDeclaration extends Declared {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly leaves_held: readonly string[];
}

export interface PathDeclaration extends Declared {
  readonly name: string;
  readonly contexts: readonly Context[];
  readonly steps: readonly Step[];
  /** An ordered queue: its paths run one after the other. */
  readonly queue?: string;
  /** The fence at hand, where the manifest has several. */
  readonly fence?: string;
}

export interface CallbackDeclaration extends Declared {
  readonly name: string;
  readonly attached_to: Targets;
  readonly steps: readonly Step[];
  /** Whose fence `self` is, where the manifest has several. */
  readonly fence?: string;
}

/** One driver's behaviour: what its ops, paths and callbacks lock. */
export interface Manifest {
  readonly driver: string;
  /** The file that it was read from, for positions and messages. */
  readonly name: string;
  readonly pos: FilePosition;
  /** The kernel tree that every `at` points into. */
  readonly source?: string;
  readonly file?: string;
  readonly note?: string;
  /** Only parts of a manifest: they replace those of the same name in the driver's own (see layOver). */
  readonly overlay: boolean;
  readonly locks: readonly LockDeclaration[];
  readonly fences: readonly FenceDeclaration[];
  readonly functions: readonly FunctionDeclaration[];
  readonly paths: readonly PathDeclaration[];
  readonly callbacks: readonly CallbackDeclaration[];
}

import { type Body, type Fence, type FenceRef, type LinkedStep, type LockClass, type LockRef, type Program, SELF } from "../link/program.js";
import type { Context, Mode } from "../manifest/words.js";
import { InputError, sortDiagnostics } from "../source/input-error.js";
import type {
  Acquisition,
  CallbacksRun,
  InterruptsOn,
  Missing,
  Signaller,
  Sleep,
  Trace,
  Unbalanced,
  Unknown,
} from "./events.js";
import { entryOf, type Frame } from "./frame.js";
import { anyOf, resolveFence, resolveLock } from "./resolve.js";
import { classKey, type Held, type Instance, initialState, newInstance, type State } from "./state.js";
import { type Summary, summarise } from "./summary.js";

/** Above this many activations the rest is left out, and the report says so. */
const FRAME_LIMIT = 2_000_000;

/** A body to be followed: with what is held on entry, and the fences that its callers will still signal after it. */
interface Task {
  readonly frame: Frame;
  readonly state: State;
  readonly owes: ReadonlySet<number>;
}

type Step<K extends LinkedStep["kind"]> = Extract<LinkedStep, { kind: K }>;

const NOTHING: ReadonlySet<number> = new Set();

/**
 * Follows every entry point of a program: the framework's consumer functions on every fence, and the drivers' paths,
 * each in each of its contexts.
 *
 * Activations are followed breadth first, so that the first way to reach an acquisition is a shortest one. One
 * activation is followed for each body, fence at hand, context and way of holding things (see unfolding.md): a
 * recursion closes as soon as it holds nothing new.
 * @throws {InputError} where a step needs a fence and none is at hand
 */
export function unfold(program: Program): Trace {
  return new Unfolder(program).run();
}

class Unfolder {
  readonly #program: Program;
  readonly #summary: Summary;
  readonly #seen = new Set<string>();
  readonly #tasks: Task[] = [];
  readonly #inline: Frame[] = [];
  readonly #fenceless = new Set<LinkedStep>();
  readonly #signallers = new Map<string, Signaller>();

  readonly #acquisitions: Acquisition[] = [];
  readonly #interruptsOn: InterruptsOn[] = [];
  readonly #sleeps: Sleep[] = [];
  readonly #missing: Missing[] = [];
  readonly #unbalanced: Unbalanced[] = [];
  readonly #unknown: Unknown[] = [];
  readonly #callbacksRun: CallbacksRun[] = [];

  constructor(program: Program) {
    this.#program = program;
    this.#summary = summarise(program);
  }

  run(): Trace {
    this.#enterConsumerCalls();
    for (const path of this.#program.paths) {
      for (const context of path.contexts) this.#enter(path, newInstance(path.fence), context);
    }
    let frames = 0;
    for (; frames < this.#tasks.length && frames < FRAME_LIMIT; frames++) this.#follow(this.#tasks[frames]);
    this.#refuseFenceless();
    return {
      acquisitions: this.#acquisitions,
      interruptsOn: this.#interruptsOn,
      sleeps: this.#sleeps,
      missing: this.#missing,
      unbalanced: this.#unbalanced,
      unknown: this.#unknown,
      callbacksRun: this.#callbacksRun,
      signallers: [...this.#signallers.values()],
      frames,
      exhausted: frames < this.#tasks.length,
    };
  }

  #enterConsumerCalls(): void {
    for (const body of this.#program.consumerCalls) {
      const fences: readonly (Fence | undefined)[] = this.#summary.usesFence(body) ? anyOf(this.#program) : [undefined];
      for (const context of body.contexts) {
        for (const fence of fences) this.#enter(body, newInstance(fence), context);
      }
    }
  }

  #enter(body: Body, self: Instance, context: Context): void {
    if (!this.#summary.active(body, self.fence)) return;
    this.#schedule({ body, self, context, kept: [] }, initialState(context), NOTHING);
  }

  #schedule(frame: Frame, state: State, owes: ReadonlySet<number>): void {
    const key = frameKey(frame, state, owes);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#tasks.push({ frame, state, owes });
  }

  /** A path's or callback's way to its signal counts from its first step; so does a path's own running. */
  #follow({ frame, state, owes }: Task): void {
    const running = frame.caller === undefined ? frame.body.running : [];
    let entered = state;
    const list = {};
    const step = frame.body.steps[0];
    for (const lock of running) {
      const place = { frame, step };
      const held: Held = { ...place, lock, key: classKey(lock, 0), instance: frame.self, mode: "write", trylock: false, restoresIrq: false, restoresBh: false, repeated: false, list };
      entered = { ...entered, held: [...entered.held, held] };
    }
    this.#body(frame, [entered], owes);
  }

  /** Runs a body to its end; returns the states in which it can leave its caller. */
  #body(frame: Frame, states: readonly State[], owes: ReadonlySet<number>): readonly State[] {
    const out = this.#list(frame, frame.body.steps, states, owes);
    for (const lock of frame.body.leavesHeld) {
      const wanted = resolveLock(lock, frame.self);
      const last = frame.body.steps.at(-1);
      if (wanted === undefined || last === undefined) continue;
      for (const state of out) {
        if (state.held.some((held) => held.lock === wanted)) continue;
        this.#unbalanced.push({ frame, step: last, lock: wanted, held: state.held, leaves: true });
      }
    }
    return out;
  }

  #list(frame: Frame, steps: readonly LinkedStep[], states: readonly State[], owes: ReadonlySet<number>): readonly State[] {
    const list = {};
    const after = this.#owedFrom(frame, steps, owes);
    let now = states;
    for (let i = 0; i < steps.length; i++) {
      now = this.#step(frame, steps[i], now, after?.[i] ?? owes, after?.[i + 1] ?? owes, list);
    }
    return now.map((state) => this.#endOfList(frame, state, list, steps));
  }

  /** For each step of a list: the fences that are signalled in it or after it. Nothing where none is. */
  #owedFrom(frame: Frame, steps: readonly LinkedStep[], owes: ReadonlySet<number>): ReadonlySet<number>[] | undefined {
    const { fence } = frame.self;
    if (this.#summary.signals(frame.body, fence).size === 0) return undefined;
    const entry = entryOf(frame).body.kind;
    if (entry === "policy" && frame.body.kind !== "callback" && owes.size === 0 && !inCallback(frame)) return undefined;
    const owed: ReadonlySet<number>[] = Array(steps.length + 1);
    owed[steps.length] = owes;
    for (let i = steps.length - 1; i >= 0; i--) {
      const own = this.#summary.stepSignals(steps[i], fence);
      owed[i] = own.size === 0 ? owed[i + 1] : new Set([...owed[i + 1], ...own]);
    }
    return owed;
  }

  #endOfList(frame: Frame, state: State, list: object, steps: readonly LinkedStep[]): State {
    let now = state;
    for (let i = state.held.length - 1; i >= 0; i--) {
      const held = state.held[i];
      if (held.list !== list || held.repeated) continue;
      const leaves = frame.body.leavesHeld.some((lock) => resolveLock(lock, frame.self) === held.lock);
      if (!leaves) now = this.#release(frame, steps[steps.length - 1], now, held);
    }
    return now.held.some((held) => held.repeated && held.list === list)
      ? { ...now, held: now.held.filter((held) => !(held.repeated && held.list === list)) }
      : now;
  }

  /** `owed`: what is still to be signalled when the step begins; `after`: when it has ended. */
  #step(frame: Frame, step: LinkedStep, states: readonly State[], owed: ReadonlySet<number>, after: ReadonlySet<number>, list: object): readonly State[] {
    switch (step.kind) {
      case "lock":
        return states.flatMap((state) => this.#lock(frame, step, state, owed, after, list));
      case "unlock":
        return states.map((state) => this.#unlock(frame, step, state));
      case "call":
        return this.#call(frame, step, states, after, list);
      case "op":
        return this.#op(frame, step, states, after, list);
      case "callbacks":
        for (const state of states) this.#runCallbacks(frame, step, state);
        return states;
      case "either":
        return distinct(step.branches.flatMap((branch) => this.#list(frame, branch, states, after)));
      case "needs":
        for (const state of states) this.#needs(frame, step, state);
        return states;
      case "sleep":
        for (const state of states) this.#sleep(frame, step, state, owed);
        return states;
      case "wait":
        for (const state of states) this.#wait(frame, step, state, owed);
        return states;
      case "sync":
        for (const state of states) this.#sync(frame, step, state, owed);
        return states;
      case "unknown":
        this.#unknown.push({ frame, step, why: step.step.kind === "unknown" ? step.step.why : "" });
        return states;
      case "complete":
      case "defer":
        return states;
    }
  }

  #lock(frame: Frame, step: Step<"lock">, state: State, owed: ReadonlySet<number>, after: ReadonlySet<number>, list: object): readonly State[] {
    let states: readonly State[] = [];
    for (const instance of resolveFence(this.#program, frame, step.on)) {
      const lock = this.#lockOf(frame, step, step.lock, instance);
      if (lock === undefined) continue;
      const block = {};
      const taken = this.#acquire(frame, step, lock, instance, state, owed, step.steps === undefined ? list : block);
      if (step.steps === undefined) {
        states = [...states, taken];
        continue;
      }
      const mine = taken.held[taken.held.length - 1];
      for (const end of this.#list(frame, step.steps, [taken], after)) {
        states = [...states, end.held.includes(mine) ? this.#release(frame, step, end, mine) : end];
      }
    }
    return states.length > 0 ? distinct(states) : [state];
  }

  /** lockdep.c, __lock_acquire(): what is known at this moment, and what is held and off after it. */
  #acquire(frame: Frame, step: LinkedStep, lock: LockClass, instance: Instance, before: State, owed: ReadonlySet<number>, list: object): State {
    const declared = step.step.kind === "lock" ? step.step : PLAIN;
    const nest = step.kind === "lock" && step.nest !== undefined ? resolveLock(step.nest, instance) : undefined;
    const irqsOff = before.irqsOff || declared.irq !== undefined;
    const bhOff = before.bhOff || declared.bh;
    const key = classKey(lock, declared.subclass);
    const { recursionOn, nested } = declared.try ? NO_CONFLICT : conflict(before.held, key, declared.mode, lock, nest);
    this.#acquisitions.push({
      frame,
      step,
      lock,
      key,
      instance,
      mode: declared.mode,
      trylock: declared.try,
      held: before.held,
      irqsOff,
      bhOff,
      context: frame.context,
      owes: this.#owing(frame, lock, owed),
      recursionOn,
      nested,
    });
    const held: Held = {
      frame,
      step,
      lock,
      key,
      instance,
      mode: declared.mode,
      trylock: declared.try,
      restoresIrq: (declared.irq === "off" && frame.context !== "hardirq") || (declared.irq === "save" && !before.irqsOff),
      restoresBh: declared.bh && !before.bhOff,
      repeated: recursionOn !== undefined || (lock.kind === "map" && before.held.some((other) => other.key === key)),
      list,
    };
    return { held: [...before.held, held], irqsOff, bhOff };
  }

  /** The pseudo classes of the fences to be signalled later on this way; notes what their signaller needs. */
  #owing(frame: Frame, lock: LockClass, owed: ReadonlySet<number>): readonly LockClass[] {
    if (owed.size === 0) return NO_CLASSES;
    const entry = signallerOf(frame);
    for (const fence of owed) {
      const key = `${entry.body.id} ${fence}`;
      let signaller = this.#signallers.get(key);
      if (signaller === undefined) this.#signallers.set(key, (signaller = { fence, entry, needs: new Set() }));
      signaller.needs.add(lock.id);
    }
    return [...owed].map((fence) => this.#program.signalling[fence]);
  }

  #unlock(frame: Frame, step: Step<"unlock">, state: State): State {
    const [instance] = resolveFence(this.#program, frame, step.on);
    const lock = instance && this.#lockOf(frame, step, step.lock, instance);
    if (lock === undefined) return state;
    const candidates = state.held.filter((held) => held.lock === lock);
    const held = candidates.findLast((entry) => entry.instance === instance) ?? candidates.at(-1);
    if (held !== undefined) return this.#release(frame, step, state, held);
    this.#unbalanced.push({ frame, step, lock, held: state.held, leaves: false });
    return state;
  }

  #release(frame: Frame, step: LinkedStep, state: State, released: Held): State {
    const held = state.held.filter((entry) => entry !== released);
    const irqsOn = released.restoresIrq && state.irqsOff;
    const bhOn = released.restoresBh && state.bhOff;
    const now = { held, irqsOff: state.irqsOff && !irqsOn, bhOff: state.bhOff && !bhOn };
    if ((irqsOn || (bhOn && !now.irqsOff)) && held.length > 0) {
      this.#interruptsOn.push({ frame, step, held, hardirq: irqsOn, softirq: !now.bhOff });
    }
    return now;
  }

  #call(frame: Frame, step: Step<"call">, states: readonly State[], after: ReadonlySet<number>, list: object): readonly State[] {
    const { body } = step;
    const effectful = this.#summary.effectful(body);
    let out: readonly State[] = effectful ? [] : states;
    for (const instance of resolveFence(this.#program, frame, step.on)) {
      if (instance.fence === undefined && body.kind === "policy" && this.#summary.usesFence(body)) this.#fenceless.add(step);
      if (!this.#summary.active(body, instance.fence)) {
        if (effectful) out = states;
        continue;
      }
      const callee = this.#activate(frame, step, body, instance, undefined);
      for (const state of states) {
        const results = this.#run(callee, state, after, effectful);
        if (effectful) out = distinct([...out, ...results.map((result) => adopt(result, state, list))]);
      }
    }
    return out.length > 0 ? out : states;
  }

  /** Follows a callee: at once where its effect on what is held matters, otherwise in its turn. */
  #run(callee: Frame, state: State, owes: ReadonlySet<number>, effectful: boolean): readonly State[] {
    const recursing = this.#inline.some((open) => open.body === callee.body && open.self === callee.self);
    if (!effectful || recursing) {
      this.#schedule(callee, state, owes);
      return [state];
    }
    this.#inline.push(callee);
    const results = this.#body(callee, [state], owes);
    this.#inline.pop();
    return results;
  }

  #activate(frame: Frame, step: LinkedStep, body: Body, self: Instance, signaled: Instance | undefined): Frame {
    const keeps: FenceRef | undefined = step.kind === "call" ? step.keeps : undefined;
    const kept = keeps === undefined ? frame.kept : [...frame.kept, ...resolveFence(this.#program, frame, keeps)];
    // A driver's helper is about the same signalled fence as the callback that calls it.
    const passed = signaled ?? (body.kind === "function" ? frame.signaled : undefined);
    return { body, self, signaled: passed, caller: frame, callStep: step, context: frame.context, kept };
  }

  #op(frame: Frame, step: Step<"op">, states: readonly State[], after: ReadonlySet<number>, list: object): readonly State[] {
    const { self } = frame;
    const op = self.fence?.ops.get(step.op);
    if (self.fence === undefined) this.#fenceless.add(step);
    // While somebody keeps a reference, a put is not the last one.
    if (step.op === "release" && frame.kept.includes(self)) return states;
    if (op === undefined) return this.#list(frame, step.else, states, after);
    const out = states.flatMap((state) => {
      const { state: called, restore } = this.#whatIf(frame, step, state, after, list);
      if (this.#summary.active(op, self.fence)) this.#schedule(this.#activate(frame, step, op, self, undefined), called, NOTHING);
      return restore(called);
    });
    return this.#list(frame, step.then, distinct(out), after);
  }

  /** What `hold` and `drop` change around one call of an op. */
  #whatIf(frame: Frame, step: Step<"op">, state: State, owed: ReadonlySet<number>, list: object) {
    let called = state;
    const dropped: Held[] = [];
    const taken: Held[] = [];
    for (const ref of step.drop) {
      const lock = resolveLock(ref, frame.self);
      const held = called.held.findLast((entry) => entry.lock === lock && (ref !== "fence.lock" || entry.instance === frame.self));
      if (held === undefined) continue;
      dropped.push(held);
      called = this.#release(frame, step, called, held);
    }
    for (const ref of step.hold) {
      const lock = resolveLock(ref, frame.self);
      const isHeld = called.held.some((entry) => entry.lock === lock && (ref !== "fence.lock" || entry.instance === frame.self));
      if (lock === undefined || isHeld) continue;
      called = this.#acquire(frame, holdStep(step, ref), lock, frame.self, called, owed, list);
      taken.push(called.held[called.held.length - 1]);
    }
    const restore = (ended: State): State => {
      let now = ended;
      for (const held of taken.reverse()) now = this.#release(frame, step, now, held);
      for (const held of dropped.reverse()) now = this.#acquire(frame, held.step, held.lock, held.instance, now, owed, held.list);
      return now;
    };
    return { state: called, restore };
  }

  #runCallbacks(frame: Frame, step: Step<"callbacks">, state: State): void {
    const { fence } = frame.self;
    if (fence === undefined) {
      this.#fenceless.add(step);
      return;
    }
    this.#callbacksRun.push({ frame, step, instance: frame.self, held: state.held });
    for (const body of this.#program.callbacks[fence.id]) {
      if (!this.#summary.active(body, body.fence)) continue;
      const owner = newInstance(body.fence);
      const callee = this.#activate(frame, step, body, owner, frame.self);
      this.#schedule(callee, state, NOTHING);
    }
  }

  #needs(frame: Frame, step: Step<"needs">, state: State): void {
    for (const instance of resolveFence(this.#program, frame, step.on)) {
      const lock = this.#lockOf(frame, step, step.lock, instance);
      if (lock === undefined || state.held.some((held) => held.lock === lock)) continue;
      this.#missing.push({ frame, step, lock, held: state.held });
    }
  }

  #sleep(frame: Frame, step: Step<"sleep">, state: State, owed: ReadonlySet<number>): void {
    if (step.sleeps) this.#pushSleep(frame, step, state, step.step.kind === "sleep" ? step.step.why : "");
    if (step.reclaim !== undefined) this.#acquire(frame, step, step.reclaim, frame.self, state, owed, {});
  }

  #wait(frame: Frame, step: Step<"wait">, state: State, owed: ReadonlySet<number>): void {
    const what = step.completion === undefined ? "a fence" : step.completion.name;
    this.#pushSleep(frame, step, state, `waits for ${what}`);
    if (step.completion !== undefined) {
      this.#acquire(frame, step, step.completion, frame.self, state, owed, {});
      return;
    }
    for (const instance of resolveFence(this.#program, frame, step.on)) {
      if (instance.fence === undefined) this.#fenceless.add(step);
      else this.#acquire(frame, step, this.#program.signalling[instance.fence.id], instance, state, owed, {});
    }
  }

  #sync(frame: Frame, step: Step<"sync">, state: State, owed: ReadonlySet<number>): void {
    const { path } = step;
    const sleeps = path === undefined || path.contexts.includes("process");
    if (sleeps) this.#pushSleep(frame, step, state, path === undefined ? "waits for a grace period" : `waits for ${path.name}() to end`);
    for (const lock of path?.running ?? []) this.#acquire(frame, step, lock, frame.self, state, owed, {});
  }

  #pushSleep(frame: Frame, step: LinkedStep, state: State, why: string): void {
    this.#sleeps.push({ frame, step, why, held: state.held, irqsOff: state.irqsOff, bhOff: state.bhOff, context: frame.context });
  }

  #lockOf(frame: Frame, step: LinkedStep, lock: LockRef, instance: Instance): LockClass | undefined {
    const found = resolveLock(lock, instance);
    if (found === undefined) this.#fenceless.add(this.#manifestStep(frame, step));
    return found;
  }

  /** The step in a manifest that led here: what the user can mend. */
  #manifestStep(frame: Frame, step: LinkedStep): LinkedStep {
    let here: Frame | undefined = frame;
    let at = step;
    while (here !== undefined && here.body.kind === "policy") {
      if (here.callStep === undefined) return at;
      at = here.callStep;
      here = here.caller;
    }
    return at;
  }

  #refuseFenceless(): void {
    if (this.#fenceless.size === 0) return;
    const diagnostics = [...this.#fenceless].map(({ step }) => ({
      ...step.pos,
      message: "which fence? There is none at hand here: say which with `on:`",
    }));
    throw new InputError(sortDiagnostics(diagnostics));
  }
}

const NO_CLASSES: readonly LockClass[] = [];
const NO_CONFLICT = { recursionOn: undefined, nested: false } as const;
const PLAIN = { mode: "write", irq: undefined, bh: false, try: false, subclass: 0 } as const;

/** A `hold` is taken as the RFCs take the fence lock: with interrupts off. */
function holdStep(step: Step<"op">, lock: LockRef): LinkedStep {
  const { pos, at, note, when } = step.step;
  const declared = { pos, at, note, when, kind: "lock", lock: `hold for ${step.op}`, mode: "write", irq: "save", bh: false, try: false, subclass: 0 } as const;
  return { kind: "lock", step: declared, lock, on: SELF, steps: [step] };
}

/**
 * lockdep.c, check_deadlock(): taking a held class again deadlocks, unless both are reads and the new one is
 * recursive, or a nest lock that is held serialises them. A map has no lock behind it: nothing to get stuck on.
 */
function conflict(held: readonly Held[], key: number, mode: Mode, lock: LockClass, nest: LockClass | undefined) {
  if (lock.kind === "map" || lock.kind === "rcu" || lock.kind === "srcu") return NO_CONFLICT;
  let serialised = false;
  for (const entry of held) {
    if (entry.lock === nest) serialised = true;
    if (entry.key !== key || entry.repeated) continue;
    if (mode === "recursive-read" && entry.mode !== "write") continue;
    return serialised ? { recursionOn: undefined, nested: true } : { recursionOn: entry, nested: false };
  }
  return NO_CONFLICT;
}

/** What a callee left held belongs to the list of its call from now on. */
function adopt(result: State, before: State, list: object): State {
  if (result.held.every((held) => before.held.includes(held))) return result;
  return { ...result, held: result.held.map((held) => (before.held.includes(held) ? held : { ...held, list })) };
}

function inCallback(frame: Frame): boolean {
  for (let here: Frame | undefined = frame; here !== undefined; here = here.caller) {
    if (here.body.kind === "callback") return true;
  }
  return false;
}

/** Who is on the way to a signal: the innermost callback, or the entry point. */
function signallerOf(frame: Frame): Frame {
  let here = frame;
  while (here.body.kind !== "callback" && here.caller !== undefined) here = here.caller;
  return here;
}

function distinct(states: readonly State[]): readonly State[] {
  if (states.length <= 1) return states;
  const seen = new Map<string, State>();
  for (const state of states) {
    const key = `${state.irqsOff ? 1 : 0}${state.bhOff ? 1 : 0} ${state.held.map((held) => `${held.key}${held.mode}${held.restoresIrq ? 1 : 0}`).join(" ")}`;
    if (!seen.has(key)) seen.set(key, state);
  }
  return [...seen.values()];
}

/**
 * What tells one activation from another: the body, the fence at hand, the context, and what is held, with instances
 * numbered in order of appearance. Where two agree in this, they acquire the same things under the same locks.
 */
function frameKey(frame: Frame, state: State, owes: ReadonlySet<number>): string {
  const instances: Instance[] = [frame.self];
  if (frame.signaled !== undefined) instances.push(frame.signaled);
  const label = (instance: Instance): string => {
    const known = instances.indexOf(instance);
    if (known >= 0) return String(known);
    if (instance.parent === frame.self) return `.${instance.as}`;
    instances.push(instance);
    return `${instances.length - 1}`;
  };
  let key = `${frame.body.id} ${frame.self.fence?.id ?? ""} ${frame.signaled?.fence?.id ?? ""} ${frame.context} ${state.irqsOff ? 1 : 0}${state.bhOff ? 1 : 0}`;
  for (const held of state.held) {
    key += ` ${held.key}${held.mode === "write" ? "" : held.mode}${held.restoresIrq ? "i" : ""}${held.restoresBh ? "b" : ""}${held.repeated ? "r" : ""}@${label(held.instance)}`;
  }
  for (const kept of frame.kept) key += ` k${label(kept)}`;
  if (owes.size > 0) key += ` o${[...owes].sort().join(",")}`;
  return key;
}

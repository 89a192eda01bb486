import {
  type Body,
  completionEvent,
  type Fence,
  type LinkedStep,
  type LockClass,
  type LockRef,
  type Program,
} from "../link/program.js";
import { type Activations, flagsOf, KEEPS_SELF, KEEPS_SIGNALED } from "./activations.js";
import { type Activation, OTHER_PLANE, planeOf, SELF_PLANE, type Unbalanced } from "./events.js";
import type { Frame } from "./frame.js";
import { Inlined } from "./inlined.js";
import { acquire, adopt, distinct, release, runningOf } from "./locking.js";
import { isRelease } from "./references.js";
import { anyOf, plainOf, resolveFence, resolveLock } from "./resolve.js";
import { Seen } from "./seen.js";
import { type Held, type Instance, NO_FENCE, newInstance, type State } from "./state.js";
import type { Summary } from "./summary.js";
import { holdStep } from "./what-if.js";

type Step<K extends LinkedStep["kind"]> = Extract<LinkedStep, { kind: K }>;

const NOTHING: ReadonlySet<number> = new Set();
const NONE: readonly Instance[] = [];
const NO_NAMES: readonly string[] = [];

/** Effectful bodies call each other a few levels deep, in a few ways; what lies beyond is followed as a call. */
const INLINE_LIMIT = 64;
const INLINE_BUDGET = 256;
/**
 * Where a body calls itself, on whichever fence of the same kind: what one level holds meets what the next one takes,
 * and a third would bring nothing new.
 */
const RECURSION_LIMIT = 2;

/**
 * Follows one activation after the other, step by step: what its body takes, holds, calls and waits for. Whom it calls
 * is an activation of its own, but for bodies that return with other locks held: these are a part of it.
 */
export class Follower {
  /** Steps that need a fence where none is at hand. */
  readonly fenceless = new Set<LinkedStep>();
  readonly unbalanced: Unbalanced[] = [];
  readonly #program: Program;
  readonly #summary: Summary;
  readonly #activations: Activations;
  readonly #inline: Frame[] = [];
  readonly #inlined = new Inlined();
  /** What the calls keep a reference to that have led to the body at hand within its activation. */
  readonly #kept: Instance[] = [];
  #budget = INLINE_BUDGET;
  readonly #assumed = new Map<Activation, Set<LockClass>>();
  /** Within an op, or after one that said so: nobody may rely on what is signalled there (see Summary). */
  #inPassing = false;
  /** The activation that is being followed, and what has been seen of it. */
  #now!: Activation;
  readonly #seen = new Seen();

  constructor(program: Program, summary: Summary, activations: Activations) {
    this.#program = program;
    this.#summary = summary;
    this.#activations = activations;
  }

  follow(activation: Activation): void {
    this.#now = activation;
    this.#inlined.startIn(activation);
    this.#budget = INLINE_BUDGET;
    const { frame, irqsOff, bhOff } = activation;
    this.#body(frame, [{ held: runningOf(frame), irqsOff, bhOff }], NOTHING);
    this.#seen.handTo(activation);
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
        this.unbalanced.push({ frame, step: last, lock: wanted, held: state.held, leaves: true });
      }
    }
    return out;
  }

  #list(
    frame: Frame,
    steps: readonly LinkedStep[],
    states: readonly State[],
    owes: ReadonlySet<number>,
  ): readonly State[] {
    const list = {};
    const after = this.#owedFrom(frame, steps, owes);
    let now = states;
    for (let i = 0; i < steps.length; i++) {
      now = this.#step(frame, steps[i], now, after?.[i] ?? owes, after?.[i + 1] ?? owes, list);
    }
    if (now.length === 1 && now[0].held.length === 0) return now;
    return now.map((state) => this.#endOfList(frame, state, list, steps));
  }

  /** For each step of a list: the fences that are signalled in it or after it. Nothing where none is. */
  #owedFrom(
    frame: Frame,
    steps: readonly LinkedStep[],
    owes: ReadonlySet<number>,
  ): ReadonlySet<number>[] | undefined {
    const { fence } = frame.self;
    if (this.#inPassing || this.#summary.signals(frame.body, fence).size === 0) return undefined;
    const owed: ReadonlySet<number>[] = Array(steps.length + 1);
    owed[steps.length] = owes;
    for (let i = steps.length - 1; i >= 0; i--) {
      const own = this.#summary.stepSignals(steps[i], fence, frame);
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
  #step(
    frame: Frame,
    step: LinkedStep,
    states: readonly State[],
    owed: ReadonlySet<number>,
    after: ReadonlySet<number>,
    list: object,
  ): readonly State[] {
    switch (step.kind) {
      case "lock":
        if (states.length === 1) return this.#lock(frame, step, states[0], owed, after, list);
        return states.flatMap((state) => this.#lock(frame, step, state, owed, after, list));
      case "unlock":
        if (states.length === 1) return [this.#unlock(frame, step, states[0])];
        return states.map((state) => this.#unlock(frame, step, state));
      case "call":
        return this.#call(frame, step, states, after, list);
      case "op":
        return this.#op(frame, step, states, after, list);
      case "callbacks":
        return states.map((state) => this.#runCallbacks(frame, step, state, after));
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
      case "complete":
        if (!this.#inPassing) this.#seen.completes.push(completionEvent(step.completion));
        return states;
      case "defer":
      case "unknown":
        return states;
    }
  }

  #lock(
    frame: Frame,
    step: Step<"lock">,
    state: State,
    owed: ReadonlySet<number>,
    after: ReadonlySet<number>,
    list: object,
  ): readonly State[] {
    const states: State[] = [];
    for (const instance of resolveFence(this.#program, frame, step.on)) {
      const lock = this.#lockOf(frame, step, step.lock, instance);
      if (lock === undefined) continue;
      if (step.steps === undefined) {
        states.push(this.#acquire(frame, step, lock, instance, state, owed, list));
        continue;
      }
      const block = {};
      const taken = this.#acquire(frame, step, lock, instance, state, owed, block);
      for (const end of this.#list(frame, step.steps, [taken], after)) {
        // Not by identity: a what-if may have let it go meanwhile, and taken it again.
        const mine = end.held.findLast((held) => held.list === block);
        states.push(mine === undefined ? end : this.#release(frame, step, end, mine));
      }
    }
    return states.length > 0 ? distinct(states) : [state];
  }

  /** Takes a lock; `list` is the list of steps at whose end it is let go, if not before. */
  #acquire(
    frame: Frame,
    step: LinkedStep,
    lock: LockClass,
    instance: Instance,
    before: State,
    owed: ReadonlySet<number>,
    list: object,
  ): State {
    const { acquisition, after } = acquire({ frame, step, lock, instance, owed, list }, before);
    this.#seen.acquisitions.push(acquisition);
    // lockdep.c, print_lock_nested_lock_not_held(): a nest lock serialises only while it is held.
    const { nest } = acquisition;
    if (nest !== undefined && nest !== lock && !before.held.some((entry) => entry.lock === nest))
      this.#seen.needs.push({ frame, step, lock: nest });
    return after;
  }

  #release(frame: Frame, step: LinkedStep, state: State, released: Held): State {
    const { after, irqsOn, bhOn } = release(state, released, this.#now);
    // Interrupts that were off on entry come on under whatever the callers hold, too.
    if ((irqsOn || (bhOn && !after.irqsOff)) && (after.held.length > 0 || this.#now.irqsOff))
      this.#seen.interruptsOn.push({ frame, step, held: after.held, hardirq: irqsOn, softirq: !after.bhOff });
    return after;
  }

  #unlock(frame: Frame, step: Step<"unlock">, state: State): State {
    const [instance] = resolveFence(this.#program, frame, step.on);
    const lock = instance && this.#lockOf(frame, step, step.lock, instance);
    if (lock === undefined) return state;
    const held =
      state.held.findLast((entry) => entry.lock === lock && entry.instance === instance) ??
      state.held.findLast((entry) => entry.lock === lock);
    if (held !== undefined) return this.#release(frame, step, state, held);
    this.unbalanced.push({ frame, step, lock, held: state.held, leaves: false });
    return state;
  }

  #call(
    frame: Frame,
    step: Step<"call">,
    states: readonly State[],
    after: ReadonlySet<number>,
    list: object,
  ): readonly State[] {
    const { body, on } = step;
    const effectful = this.#summary.effectful(body);
    if (!effectful && (on.kind === "any" || on.kind === "plain")) {
      return states.map((state) => this.#callAny(frame, step, on.kind, state, after));
    }
    let out: readonly State[] = effectful ? [] : states;
    for (const instance of resolveFence(this.#program, frame, on)) {
      if (instance.fence === undefined && body.kind === "policy" && this.#summary.usesFence(body))
        this.fenceless.add(step);
      const kept = this.#isKept(instance);
      // While somebody keeps a reference, a put is not the last one.
      if ((kept && isRelease(body)) || !this.#summary.active(body, instance.fence, kept)) {
        if (effectful) out = distinct([...out, ...states]);
        continue;
      }
      const keeps = step.keeps === undefined ? NONE : resolveFence(this.#program, frame, step.keeps);
      for (const state of states) {
        const results = this.#run(frame, step, body, instance, state, after, effectful, keeps);
        if (effectful) out = distinct([...out, ...results.map((result) => adopt(result, state, list))]);
      }
      if (!effectful && out.some(({ irqsOff }) => irqsOff)) {
        const keptBelow = kept || keeps.includes(instance);
        out = out.map((state) => this.#irqsAfter(frame, body, instance.fence, keptBelow, state));
      }
    }
    return out.length > 0 ? out : states;
  }

  /** A call about any fence: one call of a fan, which calls the body about each. */
  #callAny(
    frame: Frame,
    step: Step<"call">,
    kind: "any" | "plain",
    state: State,
    owedAfter: ReadonlySet<number>,
  ): State {
    const { body } = step;
    const fences = (kind === "any" ? anyOf : plainOf)(this.#program).filter((fence) =>
      this.#summary.active(body, fence, false),
    );
    if (fences.length === 0) return state;
    const signaled = this.#signaledOf(frame, body);
    const kept = signaled !== undefined && this.#isKept(signaled) ? KEEPS_SIGNALED : 0;
    const { context } = frame;
    const flags = flagsOf(state) | kept;
    const entrance = { body, self: NO_FENCE, signaled, context, flags, caller: frame, callStep: step };
    this.#seen.calls.push({
      frame,
      step,
      caller: this.#now,
      about: undefined,
      aboutSignaled: signaled,
      callee: this.#activations.fan(entrance, kind, fences),
      held: state.held,
      self: OTHER_PLANE,
      signaled: signaled === undefined ? OTHER_PLANE : planeOf(this.#now.frame, signaled),
      owedAfter,
      signals: this.#inPassing ? NOTHING : this.#summary.stepSignals(step, undefined, frame),
    });
    return fences.reduce<State>((now, fence) => this.#irqsAfter(frame, body, fence, false, now), state);
  }

  /**
   * What a call leaves of interrupts: a callee may turn them on. That is not followed in hardirq context, where it is a
   * bug of its own (lockdep.c, lockdep_hardirqs_on_prepare()).
   */
  #irqsAfter(frame: Frame, body: Body, fence: Fence | undefined, kept: boolean, state: State): State {
    if (!state.irqsOff || frame.context === "hardirq") return state;
    return this.#summary.turnsIrqsOn(body, fence, kept) ? { ...state, irqsOff: false } : state;
  }

  /** A driver's helper is about the same signalled fence as the callback that calls it. */
  #signaledOf(frame: Frame, body: Body): Instance | undefined {
    return body.kind === "function" && this.#summary.usesSignaled(body) ? frame.signaled : undefined;
  }

  /** Enters a callee: at once, as a part of its caller, where its effect on what is held matters; otherwise by a call. */
  #run(
    frame: Frame,
    step: LinkedStep,
    body: Body,
    self: Instance,
    state: State,
    after: ReadonlySet<number>,
    effectful: boolean,
    keeps: readonly Instance[],
  ): readonly State[] {
    const signaled = this.#signaledOf(frame, body);
    if (!effectful) {
      this.#enterCallee(body, self, signaled, frame, step, state, after, keeps);
      return [state];
    }
    const again = this.#inline.filter((open) => open.body === body && open.self.fence === self.fence);
    if (again.length >= RECURSION_LIMIT) return [state];
    if (this.#inline.length > INLINE_LIMIT || this.#budget === 0) {
      this.#enterCallee(body, self, signaled, frame, step, state, after, keeps);
      return [state];
    }
    const callee: Frame = { body, self, signaled, caller: frame, callStep: step, context: frame.context };
    const follow = () => {
      this.#budget--;
      const { length } = this.#kept;
      this.#inline.push(callee);
      this.#kept.push(...keeps);
      const results = this.#body(callee, [state], after);
      this.#kept.length = length;
      this.#inline.pop();
      return results;
    };
    // Only what is called from there can be entered ever more often.
    if (this.#inline.length === 0) return follow();
    const inPassing = this.#inPassing;
    const kept = [...this.#kept, ...keeps];
    return this.#inlined.results({ body, self, signaled, state, owed: after, kept, inPassing }, follow);
  }

  #enterCallee(
    body: Body,
    self: Instance,
    signaled: Instance | undefined,
    frame: Frame,
    step: LinkedStep,
    state: State,
    owedAfter: ReadonlySet<number>,
    keeps: readonly Instance[],
  ): void {
    const now = this.#now;
    const kept =
      (keeps.includes(self) || this.#isKept(self) ? KEEPS_SELF : 0) |
      (signaled !== undefined && (keeps.includes(signaled) || this.#isKept(signaled)) ? KEEPS_SIGNALED : 0);
    const { context } = frame;
    const flags = flagsOf(state) | kept;
    const keptChildren = this.#keptOf(self, keeps);
    const entrance = { body, self, signaled, context, flags, keptChildren, caller: frame, callStep: step };
    this.#seen.calls.push({
      frame,
      step,
      caller: now,
      about: self,
      aboutSignaled: signaled,
      callee: this.#activations.at(entrance),
      held: state.held,
      self: planeOf(now.frame, self),
      signaled: signaled === undefined ? OTHER_PLANE : planeOf(now.frame, signaled),
      owedAfter,
      signals:
        this.#inPassing || body.kind === "callback" || body.kind === "op"
          ? NOTHING
          : this.#summary.signals(body, self.fence),
    });
  }

  #op(
    frame: Frame,
    step: Step<"op">,
    states: readonly State[],
    after: ReadonlySet<number>,
    list: object,
  ): readonly State[] {
    const { self } = frame;
    const op = self.fence?.ops.get(step.op);
    if (self.fence === undefined) this.fenceless.add(step);
    // While somebody keeps a reference, a put is not the last one.
    if (step.op === "release" && this.#isKept(self)) return states;
    if (op === undefined) return this.#list(frame, step.onUnset, states, after);
    const effectful = this.#summary.effectful(op);
    const begun = this.#list(frame, step.before, states, after);
    const within = this.#inPassing;
    this.#inPassing = true;
    const out = begun.flatMap((state) => {
      const { state: called, restore } =
        step.hold.length + step.drop.length === 0
          ? { state, restore: same }
          : this.#whatIf(frame, step, state, after, list);
      if (self.fence !== undefined)
        this.#seen.opCalls.push({ frame, step, fence: self.fence, op: step.op, held: called.held });
      if (!this.#summary.active(op, self.fence, this.#isKept(self))) return restore(called);
      return this.#run(frame, step, op, self, called, after, effectful, NONE)
        .map((ended) =>
          effectful ? ended : this.#irqsAfter(frame, op, self.fence, this.#isKept(self), ended),
        )
        .map(restore);
    });
    const ended = this.#list(frame, step.onSet, distinct(out), after);
    this.#inPassing = within;
    return ended;
  }

  /** What a callee on this fence may name of it, by a link or the fence's name, while a reference to that is kept. */
  #keptOf(self: Instance, keeps: readonly Instance[]): readonly string[] {
    const { keptChildren, frame } = this.#now;
    const inherited = self === frame.self ? keptChildren : NO_NAMES;
    if (this.#kept.length + keeps.length === 0) return inherited;
    const own = [...this.#kept, ...keeps].flatMap(({ parent, as }) =>
      parent === self && as !== undefined ? [as] : [],
    );
    return own.length === 0 ? inherited : [...new Set([...inherited, ...own])].sort();
  }

  #isKept(instance: Instance): boolean {
    if (this.#kept.includes(instance)) return true;
    const { keptChildren, frame } = this.#now;
    if (keptChildren.length > 0 && instance.parent === frame.self && instance.as !== undefined)
      if (keptChildren.includes(instance.as)) return true;
    const plane = planeOf(this.#now.frame, instance);
    return plane === SELF_PLANE ? this.#now.keptSelf : plane !== OTHER_PLANE && this.#now.keptSignaled;
  }

  /** What `hold` and `drop` change around one call of an op. */
  #whatIf(frame: Frame, step: Step<"op">, state: State, owed: ReadonlySet<number>, list: object) {
    let called = state;
    const dropped: Held[] = [];
    const taken: Held[] = [];
    for (const ref of step.drop) {
      const lock = resolveLock(ref, frame.self);
      const held = called.held.findLast(
        (entry) => entry.lock === lock && (ref !== "fence.lock" || entry.instance === frame.self),
      );
      if (held === undefined) continue;
      dropped.push(held);
      called = this.#release(frame, step, called, held);
    }
    for (const ref of step.hold) {
      const lock = resolveLock(ref, frame.self);
      const isHeld = called.held.some(
        (entry) => entry.lock === lock && (ref !== "fence.lock" || entry.instance === frame.self),
      );
      // Where the body asserts that its caller holds it, it is held.
      if (lock === undefined || isHeld || this.#assumed.get(this.#now)?.has(lock)) continue;
      called = this.#acquire(frame, holdStep(step, ref), lock, frame.self, called, owed, list);
      taken.push(called.held[called.held.length - 1]);
    }
    const restore = (ended: State): State => {
      let now = ended;
      for (const held of taken.toReversed()) now = this.#release(frame, step, now, held);
      for (const held of dropped.toReversed())
        now = this.#acquire(frame, held.step, held.lock, held.instance, now, owed, held.list);
      return now;
    };
    return { state: called, restore };
  }

  #runCallbacks(frame: Frame, step: Step<"callbacks">, state: State, after: ReadonlySet<number>): State {
    const { fence } = frame.self;
    if (fence === undefined) {
      this.fenceless.add(step);
      return state;
    }
    this.#seen.callbacks.push({ frame, step, held: state.held });
    const kept = this.#isKept(frame.self);
    let now = state;
    for (const body of this.#program.callbacks[fence.id]) {
      if (!this.#summary.active(body, body.fence, false)) continue;
      const minded = this.#summary.usesSignaled(body) && this.#summary.mindsSignaled(body, fence, kept);
      const signaled = minded ? frame.self : undefined;
      this.#enterCallee(body, newInstance(body.fence), signaled, frame, step, now, after, NONE);
      now = this.#irqsAfter(frame, body, body.fence, false, now);
    }
    return now;
  }

  #needs(frame: Frame, step: Step<"needs">, state: State): void {
    for (const instance of resolveFence(this.#program, frame, step.on)) {
      const lock = this.#lockOf(frame, step, step.lock, instance);
      if (lock === undefined || state.held.some((held) => held.lock === lock)) continue;
      this.#seen.needs.push({ frame, step, lock });
      const assumed = this.#assumed.get(this.#now) ?? new Set();
      this.#assumed.set(this.#now, assumed.add(lock));
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
      if (instance.fence === undefined) this.fenceless.add(step);
      else this.#acquire(frame, step, this.#program.signalling[instance.fence.id], instance, state, owed, {});
    }
  }

  #sync(frame: Frame, step: Step<"sync">, state: State, owed: ReadonlySet<number>): void {
    const { path, domain } = step;
    const sleeps = path === undefined || path.contexts.includes("process");
    if (sleeps)
      this.#pushSleep(
        frame,
        step,
        state,
        path === undefined ? "waits for a grace period" : `waits for ${path.name}() to end`,
      );
    // srcutree.c, srcu_lock_sync(): waiting for a grace period is an empty section of the writer.
    if (domain !== undefined) this.#acquire(frame, step, domain, frame.self, state, owed, {});
    for (const lock of path?.running ?? []) this.#acquire(frame, step, lock, frame.self, state, owed, {});
  }

  #pushSleep(frame: Frame, step: LinkedStep, state: State, why: string): void {
    this.#seen.sleeps.push({
      frame,
      step,
      why,
      held: state.held,
      irqsOff: state.irqsOff,
      bhOff: state.bhOff,
      context: frame.context,
    });
  }

  #lockOf(frame: Frame, step: LinkedStep, lock: LockRef, instance: Instance): LockClass | undefined {
    const found = resolveLock(lock, instance);
    if (found === undefined) this.fenceless.add(this.#manifestStep(frame, step));
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
}

const same = (state: State): State => state;

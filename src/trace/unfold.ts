import {
  type Body,
  type Fence,
  type LinkedStep,
  type LockClass,
  type LockRef,
  type Program,
  SELF,
} from "../link/program.js";
import { CONTEXTS, type Context, type Mode } from "../manifest/words.js";
import { InputError, sortDiagnostics } from "../source/input-error.js";
import {
  type Acquisition,
  type Activation,
  type Call,
  type CallbacksRun,
  type InterruptsOn,
  type Need,
  type OpCall,
  OTHER_PLANE,
  planeOf,
  SELF_PLANE,
  SIGNALED_PLANE,
  type Sleep,
  type Trace,
  type Unbalanced,
  type Unknown,
} from "./events.js";
import type { Frame } from "./frame.js";
import { anyOf, plainOf, resolveFence, resolveLock } from "./resolve.js";
import { classKey, type Held, type Instance, newInstance, type State } from "./state.js";
import { type Summary, summarise } from "./summary.js";

type Step<K extends LinkedStep["kind"]> = Extract<LinkedStep, { kind: K }>;

const NOTHING: ReadonlySet<number> = new Set();

/**
 * Follows every entry point of a program: the framework's consumer functions on every fence, and the drivers' paths,
 * each in each of its contexts.
 *
 * A body is followed once for each kind of fence at hand and each state of interrupts, whatever its callers hold: so
 * recursion ends, and cost grows with the size of the program, not with the number of ways through it. What callers
 * hold is combined with what callees take afterwards, over the call graph (lockgraph/reach.ts, unfolding.md).
 * @throws {InputError} where a step needs a fence and none is at hand
 */
export function unfold(program: Program): Trace {
  return new Unfolder(program).run();
}

class Unfolder {
  readonly #program: Program;
  readonly #summary: Summary;
  readonly #known = new Map<number, Activation>();
  readonly #fans = new Map<string, Activation>();
  readonly #activations: Activation[] = [];
  readonly #inline: Frame[] = [];
  readonly #fenceless = new Set<LinkedStep>();
  readonly #unbalanced: Unbalanced[] = [];
  readonly #unknown: (Unknown & { readonly activation: Activation })[] = [];
  readonly #assumed = new Map<Activation, Set<LockClass>>();
  /** The activation that is being followed, and what has been seen of it. */
  #now!: Activation;
  readonly #seen = {
    calls: [] as Call[],
    acquisitions: [] as Acquisition[],
    sleeps: [] as Sleep[],
    needs: [] as Need[],
    callbacks: [] as CallbacksRun[],
    opCalls: [] as OpCall[],
    interruptsOn: [] as InterruptsOn[],
  };

  constructor(program: Program) {
    this.#program = program;
    this.#summary = summarise(program);
  }

  run(): Trace {
    this.#enterConsumerCalls();
    for (const path of this.#program.paths) {
      for (const context of path.contexts) this.#enter(path, newInstance(path.fence), context);
    }
    for (let next = 0; next < this.#activations.length; next++) {
      const activation = this.#activations[next];
      if (!activation.fan) this.#follow(activation);
    }
    this.#refuseFenceless();
    return { activations: this.#activations, unbalanced: this.#unbalanced, unknown: this.#unknown };
  }

  #enterConsumerCalls(): void {
    const { consumerCalls, fences, anyFence, anyFenceUsed, signal } = this.#program;
    const all = fences.length === 0 || anyFenceUsed ? [...fences, anyFence] : fences;
    for (const body of consumerCalls) {
      const about = this.#summary.usesFence(body) ? all : [undefined];
      for (const context of body.contexts) {
        for (const fence of about) {
          if (fence?.declaration.private && !reachesPrivate(body, context)) continue;
          this.#enter(body, newInstance(fence), context);
        }
      }
    }
    // Whoever owns the fence that no manifest tells of signals it, anywhere.
    if (anyFenceUsed && signal !== undefined)
      for (const context of CONTEXTS) this.#enter(signal, newInstance(anyFence), context);
  }

  #enter(body: Body, self: Instance, context: Context): void {
    if (!this.#summary.active(body, self.fence, false)) return;
    // A consumer holds a reference to the fence it calls about, until it puts it.
    const kept = body.kind === "policy" && !this.#summary.puts(body) ? KEEPS_SELF : 0;
    const irqs = context === "hardirq" ? IRQS_OFF : context === "softirq" ? BH_OFF : 0;
    this.#activation(body, self, undefined, context, irqs | kept, undefined, undefined);
  }

  /**
   * The activation of a body for these fences, in this context, with these flags. What it does not mind does not tell
   * it from others: the context where it takes no lock, references where it puts none, the fence where it uses none.
   */
  #activation(
    body: Body,
    self: Instance,
    signaled: Instance | undefined,
    context: Context,
    flags: number,
    caller: Frame | undefined,
    callStep: LinkedStep | undefined,
  ): Activation {
    const { fence } = self;
    const minds = this.#summary.mindsContext(body, fence);
    const own = (minds ? flags : flags & ~(IRQS_OFF | BH_OFF)) & this.#referencesMinded(body, fence);
    const bare = this.#summary.aboutAnything(body);
    const key = this.#keyOf(
      body,
      bare ? 0 : numberOf(self),
      numberOf(signaled),
      minds ? CONTEXTS.indexOf(context) : 0,
      own,
    );
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const frame = { body, self: bare ? NO_FENCE : self, signaled, caller, callStep, context };
    const activation = newActivation(this.#activations.length, frame, own);
    this.#known.set(key, activation);
    this.#activations.push(activation);
    return activation;
  }

  #referencesMinded(body: Body, fence: Fence | undefined): number {
    return this.#summary.mindsReferences(body, fence) ? ~0 : ~(KEEPS_SELF | KEEPS_SIGNALED);
  }

  #keyOf(body: Body, self: number, signaled: number, context: number, flags: number): number {
    const fences = this.#program.fences.length + 2;
    return ((body.id * fences + self) * fences + signaled) * 64 + context * 16 + flags;
  }

  /** A path's own running is held from its first step to its last. */
  #follow(activation: Activation): void {
    this.#now = activation;
    const { frame, irqsOff, bhOff } = activation;
    const running = frame.body.running.map((lock): Held => {
      const place = { frame, step: frame.body.steps[0] };
      return {
        ...place,
        lock,
        key: classKey(lock, 0),
        instance: frame.self,
        mode: "write",
        trylock: false,
        restoresIrq: false,
        disablesBh: false,
        repeated: false,
        list: RUNNING,
      };
    });
    this.#body(frame, [{ held: running, irqsOff, bhOff }], NOTHING);
    const { calls, acquisitions, sleeps, needs, callbacks, opCalls, interruptsOn } = this.#seen;
    activation.calls = taken(calls);
    activation.acquisitions = taken(acquisitions);
    activation.sleeps = taken(sleeps);
    activation.needs = taken(needs);
    activation.callbacks = taken(callbacks);
    activation.opCalls = taken(opCalls);
    activation.interruptsOn = taken(interruptsOn);
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
    if (this.#summary.signals(frame.body, fence).size === 0) return undefined;
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
        for (const state of states) this.#runCallbacks(frame, step, state, after);
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
        this.#unknown.push({
          frame,
          step,
          why: step.step.kind === "unknown" ? step.step.why : "",
          activation: this.#now,
        });
        return states;
      case "complete":
      case "defer":
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

  /** lockdep.c, __lock_acquire(): what is known at this moment, and what is held and off after it. */
  #acquire(
    frame: Frame,
    step: LinkedStep,
    lock: LockClass,
    instance: Instance,
    before: State,
    owed: ReadonlySet<number>,
    list: object,
  ): State {
    const declared = step.step.kind === "lock" ? step.step : PLAIN;
    const nest =
      step.kind === "lock" && step.nest !== undefined ? resolveLock(step.nest, instance) : undefined;
    // lockdep.c, print_lock_nested_lock_not_held(): a nest lock serialises only while it is held.
    if (nest !== undefined && nest !== lock && !before.held.some((entry) => entry.lock === nest))
      this.#seen.needs.push({ frame, step, lock: nest });
    const irqsOff = before.irqsOff || declared.irq !== undefined;
    const bhOff = before.bhOff || declared.bh;
    const key = classKey(lock, declared.subclass);
    const { recursionOn, nested } = declared.try
      ? NO_CONFLICT
      : conflict(before.held, key, declared.mode, lock, nest);
    const acquisition: Acquisition = {
      frame,
      step,
      lock,
      key,
      instance,
      mode: declared.mode,
      trylock: declared.try,
      nest,
      held: before.held,
      irqsOff,
      bhOff,
      context: frame.context,
      owed,
      recursionOn,
      nested,
    };
    this.#seen.acquisitions.push(acquisition);
    const held: Held = {
      frame,
      step,
      lock,
      key,
      instance,
      mode: declared.mode,
      trylock: declared.try,
      restoresIrq:
        (declared.irq === "off" && frame.context !== "hardirq") ||
        (declared.irq === "save" && !before.irqsOff),
      disablesBh: declared.bh,
      repeated:
        recursionOn !== undefined || (lock.kind === "map" && before.held.some((other) => other.key === key)),
      list,
    };
    return { held: [...before.held, held], irqsOff, bhOff };
  }

  #unlock(frame: Frame, step: Step<"unlock">, state: State): State {
    const [instance] = resolveFence(this.#program, frame, step.on);
    const lock = instance && this.#lockOf(frame, step, step.lock, instance);
    if (lock === undefined) return state;
    const held =
      state.held.findLast((entry) => entry.lock === lock && entry.instance === instance) ??
      state.held.findLast((entry) => entry.lock === lock);
    if (held !== undefined) return this.#release(frame, step, state, held);
    this.#unbalanced.push({ frame, step, lock, held: state.held, leaves: false });
    return state;
  }

  #release(frame: Frame, step: LinkedStep, state: State, released: Held): State {
    const held = state.held.filter((entry) => entry !== released);
    const irqsOn = released.restoresIrq && state.irqsOff;
    // Softirqs are disabled by a count (kernel/softirq.c, __local_bh_enable_ip()), hardirqs by what the first one saved.
    const bhOn = released.disablesBh && !this.#now.bhOff && !held.some(({ disablesBh }) => disablesBh);
    const now = { held, irqsOff: state.irqsOff && !irqsOn, bhOff: state.bhOff && !bhOn };
    // Interrupts that were off on entry come on under whatever the callers hold, too.
    if ((irqsOn || (bhOn && !now.irqsOff)) && (held.length > 0 || this.#now.irqsOff)) {
      this.#seen.interruptsOn.push({ frame, step, held, hardirq: irqsOn, softirq: !now.bhOff });
    }
    return now;
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
      for (const state of states) this.#callAny(frame, step, on.kind, state, after);
      return states;
    }
    let out: readonly State[] = effectful ? [] : states;
    for (const instance of resolveFence(this.#program, frame, on)) {
      if (instance.fence === undefined && body.kind === "policy" && this.#summary.usesFence(body))
        this.#fenceless.add(step);
      const kept = this.#isKept(instance);
      // While somebody keeps a reference, a put is not the last one.
      if ((kept && this.#summary.isRelease(body)) || !this.#summary.active(body, instance.fence, kept)) {
        if (effectful) out = states;
        continue;
      }
      const keeps = step.keeps === undefined ? NO_INSTANCES : resolveFence(this.#program, frame, step.keeps);
      for (const state of states) {
        const results = this.#run(frame, step, body, instance, state, after, effectful, keeps);
        if (effectful) out = distinct([...out, ...results.map((result) => adopt(result, state, list))]);
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
  ): void {
    const { body } = step;
    const fences = (kind === "any" ? anyOf : plainOf)(this.#program).filter((fence) =>
      this.#summary.active(body, fence, false),
    );
    if (fences.length === 0) return;
    const signaled = this.#signaledOf(frame, body);
    const plane = signaled === undefined ? OTHER_PLANE : planeOf(this.#now.frame, signaled);
    const kept = signaled !== undefined && this.#isKept(signaled) ? KEEPS_SIGNALED : 0;
    const flags = flagsOf(state) | kept;
    const number = this.#program.fences.length + (kind === "any" ? 2 : 3);
    const key = `${this.#keyOf(body, 0, numberOf(signaled), CONTEXTS.indexOf(frame.context), flags)} ${number}`;
    let fan = this.#fans.get(key);
    if (fan === undefined) {
      fan = this.#fanOut(frame, step, fences, signaled, flags);
      this.#fans.set(key, fan);
    }
    this.#seen.calls.push({
      frame,
      step,
      caller: this.#now,
      about: undefined,
      aboutSignaled: signaled,
      callee: fan,
      held: state.held,
      self: OTHER_PLANE,
      signaled: plane,
      owedAfter,
      signals: this.#summary.stepSignals(step, undefined),
    });
  }

  #fanOut(
    frame: Frame,
    step: Step<"call">,
    fences: readonly Fence[],
    signaled: Instance | undefined,
    flags: number,
  ): Activation {
    const { body } = step;
    const { context } = frame;
    const own: Frame = { body, self: NO_FENCE, signaled, caller: frame, callStep: step, context };
    const fan: Activation = { ...newActivation(this.#activations.length, own, flags), fan: true };
    this.#activations.push(fan);
    fan.calls = fences.map((fence) => ({
      frame: own,
      step,
      caller: fan,
      about: undefined,
      aboutSignaled: signaled,
      callee: this.#activation(body, newInstance(fence), signaled, context, flags, frame, step),
      held: NONE,
      self: OTHER_PLANE,
      signaled: SIGNALED_PLANE,
      owedAfter: NOTHING,
      signals: this.#summary.signals(body, fence),
    }));
    return fan;
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
    const recursing = effectful && this.#inline.some((open) => open.body === body && open.self === self);
    if (!effectful || recursing || this.#inline.length > INLINE_LIMIT) {
      this.#enterCallee(body, self, signaled, frame, step, state, after, keeps);
      return [state];
    }
    const callee: Frame = { body, self, signaled, caller: frame, callStep: step, context: frame.context };
    this.#inline.push(callee);
    const results = this.#body(callee, [state], after);
    this.#inline.pop();
    return results;
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
    this.#seen.calls.push({
      frame,
      step,
      caller: now,
      about: self,
      aboutSignaled: signaled,
      callee: this.#activation(body, self, signaled, frame.context, flagsOf(state) | kept, frame, step),
      held: state.held,
      self: planeOf(now.frame, self),
      signaled: signaled === undefined ? OTHER_PLANE : planeOf(now.frame, signaled),
      owedAfter,
      signals:
        body.kind === "callback" || body.kind === "op" ? NOTHING : this.#summary.signals(body, self.fence),
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
    if (self.fence === undefined) this.#fenceless.add(step);
    // While somebody keeps a reference, a put is not the last one.
    if (step.op === "release" && this.#isKept(self)) return states;
    if (op === undefined) return this.#list(frame, step.onUnset, states, after);
    const effectful = this.#summary.effectful(op);
    const begun = this.#list(frame, step.before, states, after);
    const out = begun.flatMap((state) => {
      const { state: called, restore } =
        step.hold.length + step.drop.length === 0
          ? unchanged(state)
          : this.#whatIf(frame, step, state, after, list);
      if (self.fence !== undefined)
        this.#seen.opCalls.push({ frame, step, fence: self.fence, op: step.op, held: called.held });
      if (!this.#summary.active(op, self.fence, this.#isKept(self))) return restore(called);
      return this.#run(frame, step, op, self, called, after, effectful, NO_INSTANCES).map(restore);
    });
    return this.#list(frame, step.onSet, distinct(out), after);
  }

  #isKept(instance: Instance): boolean {
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
      for (const held of taken.reverse()) now = this.#release(frame, step, now, held);
      for (const held of dropped.reverse())
        now = this.#acquire(frame, held.step, held.lock, held.instance, now, owed, held.list);
      return now;
    };
    return { state: called, restore };
  }

  #runCallbacks(frame: Frame, step: Step<"callbacks">, state: State, after: ReadonlySet<number>): void {
    const { fence } = frame.self;
    if (fence === undefined) {
      this.#fenceless.add(step);
      return;
    }
    this.#seen.callbacks.push({ frame, step, held: state.held });
    const kept = this.#isKept(frame.self);
    for (const body of this.#program.callbacks[fence.id]) {
      if (!this.#summary.active(body, body.fence, false)) continue;
      const minded = this.#summary.usesSignaled(body) && this.#summary.mindsSignaled(body, fence, kept);
      const signaled = minded ? frame.self : undefined;
      this.#enterCallee(body, newInstance(body.fence), signaled, frame, step, state, after, NO_INSTANCES);
    }
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
      if (instance.fence === undefined) this.#fenceless.add(step);
      else this.#acquire(frame, step, this.#program.signalling[instance.fence.id], instance, state, owed, {});
    }
  }

  #sync(frame: Frame, step: Step<"sync">, state: State, owed: ReadonlySet<number>): void {
    const { path } = step;
    const sleeps = path === undefined || path.contexts.includes("process");
    if (sleeps)
      this.#pushSleep(
        frame,
        step,
        state,
        path === undefined ? "waits for a grace period" : `waits for ${path.name}() to end`,
      );
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

/** Effectful bodies call each other a few levels deep; what lies deeper is followed as a call. */
const INLINE_LIMIT = 64;
const NO_INSTANCES: readonly Instance[] = [];
const NO_FENCE = newInstance();
const RUNNING = {};

/** What is off when a body is entered, and what its caller keeps a reference to. */
const IRQS_OFF = 1;
const BH_OFF = 2;
const KEEPS_SELF = 4;
const KEEPS_SIGNALED = 8;

function flagsOf({ irqsOff, bhOff }: State): number {
  return (irqsOff ? IRQS_OFF : 0) | (bhOff ? BH_OFF : 0);
}

function numberOf(instance: Instance | undefined): number {
  return instance?.fence === undefined ? 0 : instance.fence.id + 1;
}

function newActivation(id: number, frame: Frame, flags: number): Activation {
  return {
    id,
    frame,
    fan: false,
    irqsOff: (flags & IRQS_OFF) !== 0,
    bhOff: (flags & BH_OFF) !== 0,
    keptSelf: (flags & KEEPS_SELF) !== 0,
    keptSignaled: (flags & KEEPS_SIGNALED) !== 0,
    calls: NONE,
    acquisitions: NONE,
    sleeps: NONE,
    needs: NONE,
    callbacks: NONE,
    opCalls: NONE,
    interruptsOn: NONE,
  };
}

const NONE: readonly never[] = [];

/** What has been gathered, in an array of its own size; the other is empty again. */
function taken<T>(gathered: T[]): readonly T[] {
  if (gathered.length === 0) return NONE;
  const all = gathered.slice();
  gathered.length = 0;
  return all;
}

const NO_CONFLICT = { recursionOn: undefined, nested: false } as const;
const PLAIN = { mode: "write", irq: undefined, bh: false, try: false, subclass: 0 } as const;

/**
 * Nobody but its owner's framework has a private fence, and that runs in process context: dma-fence's own functions
 * are called about it, not those of sync_file, syncobj or debugfs, which hand fences to user space.
 */
function reachesPrivate({ name }: Body, context: Context): boolean {
  return context === "process" && /^(dma_fence|dma_resv)_/.test(name);
}

const same = (state: State): State => state;
const unchanged = (state: State) => ({ state, restore: same });

/** A `hold` is taken as the RFCs take the fence lock: with interrupts off. */
function holdStep(step: Step<"op">, lock: LockRef): LinkedStep {
  const { pos, at, note, when } = step.step;
  const declared = {
    pos,
    at,
    note,
    when,
    kind: "lock",
    lock: `hold for ${step.op}`,
    mode: "write",
    irq: "save",
    bh: false,
    try: false,
    subclass: 0,
  } as const;
  return { kind: "lock", step: declared, lock, on: SELF, steps: [step], whatIf: true };
}

/**
 * lockdep.c, check_deadlock(): taking a held class again deadlocks, unless both are reads and the new one is
 * recursive, or a nest lock that is held serialises them. A map has no lock behind it: nothing to get stuck on.
 */
function conflict(
  held: readonly Held[],
  key: number,
  mode: Mode,
  lock: LockClass,
  nest: LockClass | undefined,
) {
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
  return {
    ...result,
    held: result.held.map((held) => (before.held.includes(held) ? held : { ...held, list })),
  };
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

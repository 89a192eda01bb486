import type { Body, Fence, LinkedStep, Program } from "../link/program.js";
import { CONTEXTS, type Context } from "../manifest/words.js";
import { type Activation, OTHER_PLANE, SIGNALED_PLANE } from "./events.js";
import type { Frame } from "./frame.js";
import { NONE } from "./seen.js";
import { type Instance, NO_FENCE, newInstance, type State } from "./state.js";
import type { Summary } from "./summary.js";

/** What is off when a body is entered, and what its caller keeps a reference to. */
export const IRQS_OFF = 1;
export const BH_OFF = 2;
export const KEEPS_SELF = 4;
export const KEEPS_SIGNALED = 8;

export function flagsOf({ irqsOff, bhOff }: State): number {
  return (irqsOff ? IRQS_OFF : 0) | (bhOff ? BH_OFF : 0);
}

/** How a body is entered. */
export interface Entrance {
  readonly body: Body;
  readonly self: Instance;
  readonly signaled: Instance | undefined;
  readonly context: Context;
  readonly flags: number;
  readonly keptChildren?: readonly string[];
  readonly caller: Frame | undefined;
  readonly callStep: LinkedStep | undefined;
}

/** All activations, in the order in which they are first reached: each body once for each way in which it matters how it is entered. */
export class Activations {
  readonly all: Activation[] = [];
  readonly #summary: Summary;
  /** One more than there are fences, `any` and none included. */
  readonly #fences: number;
  readonly #known = new Map<number | string, Activation>();
  readonly #fans = new Map<string, Activation>();

  constructor({ fences }: Program, summary: Summary) {
    this.#summary = summary;
    this.#fences = fences.length + 2;
  }

  /**
   * The activation for an entrance. What its body does not mind does not tell it from others: the context where it takes
   * no lock, references where it puts none, the fence where it uses none.
   */
  at({ body, self, signaled, context, flags, keptChildren = NONE, caller, callStep }: Entrance): Activation {
    const { fence } = self;
    const bare = this.#summary.aboutAnything(body);
    let own = flags;
    let where = CONTEXTS.indexOf(context);
    if (!this.#summary.mindsContext(body, fence)) {
      own &= ~(IRQS_OFF | BH_OFF);
      where = 0;
    }
    if (!this.#summary.mindsReferences(body, fence)) own &= ~(KEEPS_SELF | KEEPS_SIGNALED);
    const number = this.#keyOf(body, bare ? 0 : numberOf(self), numberOf(signaled), where, own);
    const kept = bare ? NONE : keptChildren;
    const key = kept.length === 0 ? number : [number, ...kept].join();
    let activation = this.#known.get(key);
    if (activation === undefined) {
      const frame = { body, self: bare ? NO_FENCE : self, signaled, caller, callStep, context };
      activation = this.#add(frame, own, false, kept);
      this.#known.set(key, activation);
    }
    return activation;
  }

  /** What stands for calls of a body about each of these fences, which are those of one `kind`. */
  fan(
    { body, signaled, context, flags, caller, callStep }: Entrance,
    kind: string,
    fences: readonly Fence[],
  ): Activation {
    const key = `${this.#keyOf(body, 0, numberOf(signaled), CONTEXTS.indexOf(context), flags)} ${kind}`;
    const known = this.#fans.get(key);
    if (known !== undefined) return known;
    if (caller === undefined || callStep === undefined) throw new Error("a fan is called by somebody");
    const frame = { body, self: NO_FENCE, signaled, caller, callStep, context };
    const fan = this.#add(frame, flags, true, NONE);
    this.#fans.set(key, fan);
    fan.calls = fences.map((fence) => ({
      frame,
      step: callStep,
      caller: fan,
      about: undefined,
      aboutSignaled: signaled,
      callee: this.at({ body, self: newInstance(fence), signaled, context, flags, caller, callStep }),
      held: NONE,
      self: OTHER_PLANE,
      signaled: SIGNALED_PLANE,
      owedAfter: NOTHING,
      signals: this.#summary.signals(body, fence),
    }));
    return fan;
  }

  #keyOf(body: Body, self: number, signaled: number, context: number, flags: number): number {
    return ((body.id * this.#fences + self) * this.#fences + signaled) * 64 + context * 16 + flags;
  }

  #add(frame: Frame, flags: number, fan: boolean, keptChildren: readonly string[]): Activation {
    const activation = {
      id: this.all.length,
      frame,
      fan,
      irqsOff: (flags & IRQS_OFF) !== 0,
      bhOff: (flags & BH_OFF) !== 0,
      keptSelf: (flags & KEEPS_SELF) !== 0,
      keptSignaled: (flags & KEEPS_SIGNALED) !== 0,
      keptChildren,
      calls: NONE,
      acquisitions: NONE,
      sleeps: NONE,
      needs: NONE,
      callbacks: NONE,
      opCalls: NONE,
      interruptsOn: NONE,
      completes: NONE,
    };
    this.all.push(activation);
    return activation;
  }
}

function numberOf(instance: Instance | undefined): number {
  return instance?.fence === undefined ? 0 : instance.fence.id + 1;
}

const NOTHING: ReadonlySet<number> = new Set();

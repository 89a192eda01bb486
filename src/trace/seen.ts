import type { Event } from "../link/program.js";
import type {
  Acquisition,
  Activation,
  Call,
  CallbacksRun,
  InterruptsOn,
  Need,
  OpCall,
  Sleep,
} from "./events.js";

/** Of an activation that does nothing of a kind, or has not been followed yet. */
export const NONE: readonly never[] = [];

/** Gathers what is seen of one activation after the other. */
export class Seen {
  readonly calls: Call[] = [];
  readonly acquisitions: Acquisition[] = [];
  readonly sleeps: Sleep[] = [];
  readonly needs: Need[] = [];
  readonly callbacks: CallbacksRun[] = [];
  readonly opCalls: OpCall[] = [];
  readonly interruptsOn: InterruptsOn[] = [];
  readonly completes: Event[] = [];

  /** Hands over what was gathered since the last time. */
  handTo(activation: Activation): void {
    activation.calls = taken(this.calls);
    activation.acquisitions = taken(this.acquisitions);
    activation.sleeps = taken(this.sleeps);
    activation.needs = taken(this.needs);
    activation.callbacks = taken(this.callbacks);
    activation.opCalls = taken(this.opCalls);
    activation.interruptsOn = taken(this.interruptsOn);
    activation.completes = taken(this.completes);
  }
}

/** What has been gathered, in an array of its own size; the other is empty again. */
function taken<T>(gathered: T[]): readonly T[] {
  if (gathered.length === 0) return NONE;
  const all = gathered.slice();
  gathered.length = 0;
  return all;
}

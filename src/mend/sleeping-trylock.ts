import type { Examination } from "../analysis/examine.js";
import type { ChangedPlace } from "../checks/mend.js";
import { SLEEP, WAIT_TYPE } from "../checks/wait-types.js";

/**
 * Whether code at this place now tries to take a lock that one sleeps for in an interrupt. That does not wait, so the
 * analysis has nothing to say of it, and yet it must not be: kernel/locking/mutex.c, mutex_trylock(); rtmutex_api.c,
 * rt_mutex_trylock().
 */
export function triesInInterrupt({ trace }: Examination, { manifest }: ChangedPlace): boolean {
  return trace.activations.some(({ acquisitions }) =>
    acquisitions.some(({ trylock, context, lock, step: { step } }) => {
      const { file, line, column } = step.pos;
      const here = file === manifest.file && line === manifest.line && column === manifest.column;
      return here && trylock && context !== "process" && WAIT_TYPE[lock.kind].inner === SLEEP;
    }),
  );
}

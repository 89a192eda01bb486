/**
 * Threads that take and release locks, run in every interleaving there is. Small enough to be seen to be right; slow
 * enough to be of use on a few short threads only.
 */

export type Mode = "write" | "read" | "recursive-read";

export type Step =
  | { readonly take: string; readonly mode: Mode; readonly try?: boolean }
  | { readonly release: string };

export type Thread = readonly Step[];

/** Threads that can do nothing more, each at the step that it waits in. */
export type Stuck = readonly { readonly thread: number; readonly step: number }[];

interface Hold {
  readonly thread: number;
  readonly lock: string;
  readonly mode: Mode;
}

/** Where every thread is, what is held, and who has begun to wait for what, in that order. */
interface State {
  readonly at: readonly number[];
  readonly holds: readonly Hold[];
  readonly waiting: readonly Hold[];
}

/**
 * Whether a thread gets what it asks for. A writer waits for everybody. A reader waits for a writer that holds the
 * lock, and, unless it is a recursive one, for writers that were waiting before it (kernel/locking/qrwlock.c,
 * queued_read_lock_slowpath(): only in an interrupt it does not).
 */
function granted({ holds, waiting }: State, wanted: Hold): boolean {
  const others = holds.filter(({ lock }) => lock === wanted.lock);
  if (wanted.mode === "write") return others.length === 0;
  if (others.some(({ mode }) => mode === "write")) return false;
  if (wanted.mode === "recursive-read") return true;
  const place = waiting.findIndex(({ thread }) => thread === wanted.thread);
  const before = place < 0 ? waiting : waiting.slice(0, place);
  return !before.some(({ lock, mode }) => lock === wanted.lock && mode === "write");
}

/** The state after this thread's next step; nothing where it has to wait, or is done. */
function moved(threads: readonly Thread[], state: State, thread: number): State | undefined {
  const step = threads[thread][state.at[thread]];
  if (step === undefined) return undefined;
  const goTo = (place: number) => state.at.map((old, i) => (i === thread ? place : old));
  const on = state.at[thread] + 1;
  if ("release" in step) {
    const mine = state.holds.findLastIndex((hold) => hold.thread === thread && hold.lock === step.release);
    return { ...state, at: goTo(on), holds: state.holds.filter((_, i) => i !== mine) };
  }
  const wanted: Hold = { thread, lock: step.take, mode: step.mode };
  const waiting = state.waiting.filter((hold) => hold.thread !== thread);
  if (granted(state, wanted)) return { at: goTo(on), holds: [...state.holds, wanted], waiting };
  // Whoever does not get a lock that it only tries for gives up altogether.
  if (step.try) {
    const holds = state.holds.filter((hold) => hold.thread !== thread);
    return { at: goTo(threads[thread].length), holds, waiting };
  }
  if (waiting.length < state.waiting.length) return undefined;
  return { ...state, waiting: [...waiting, wanted] };
}

const start = (threads: readonly Thread[]): State => ({ at: threads.map(() => 0), holds: [], waiting: [] });

function stuckIn(threads: readonly Thread[], { at }: State): Stuck {
  return at.flatMap((step, thread) => (step < threads[thread].length ? [{ thread, step }] : []));
}

/** The first deadlock that some interleaving leads to, if any does. */
export function explore(threads: readonly Thread[]): Stuck | undefined {
  const seen = new Set<string>();
  const open = [start(threads)];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    let moves = 0;
    for (let thread = 0; thread < threads.length; thread++) {
      const next = moved(threads, state, thread);
      if (next === undefined) continue;
      moves++;
      const key = JSON.stringify(next);
      if (seen.has(key)) continue;
      seen.add(key);
      open.push(next);
    }
    const stuck = stuckIn(threads, state);
    if (moves === 0 && stuck.length > 0) return stuck;
  }
  return undefined;
}

/** A thread, and the step up to which it runs: through it, or, where it has to wait, into it. */
export interface Turn {
  readonly thread: number;
  readonly through: number;
}

/** Runs one thread after the other as these turns say, then all on. Who is stuck in the end; nobody where all got through. */
export function replay(threads: readonly Thread[], turns: readonly Turn[]): Stuck {
  let state = start(threads);
  const run = (thread: number, through: number): void => {
    while (state.at[thread] <= through) {
      const next = moved(threads, state, thread);
      if (next === undefined) return;
      state = next;
    }
  };
  for (const { thread, through } of turns) run(thread, through);
  for (let before: State | undefined; before !== state; ) {
    before = state;
    threads.forEach((steps, thread) => {
      run(thread, steps.length - 1);
    });
  }
  return stuckIn(threads, state);
}

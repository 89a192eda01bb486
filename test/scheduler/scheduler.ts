/**
 * A scheduler that tries every interleaving of a few threads over locks, by the kernel's rules:
 * a writer excludes all others; a non-recursive reader also waits behind a waiting writer (qrwlock, rwsem); a recursive
 * reader waits behind a holding writer alone; nobody is let in twice, so that a thread can wait for itself.
 */

export type Mode = "write" | "read" | "recursive-read";

export interface Acquire {
  readonly acquire: string;
  readonly mode: Mode;
}
export interface Release {
  readonly release: string;
}
export type ThreadStep = Acquire | Release;
export type Thread = readonly ThreadStep[];

/** Where each thread is: its next step, and whether it already waits there. */
interface State {
  readonly at: readonly number[];
  readonly waits: readonly boolean[];
}

/** By thread the step that it is at; past its last one where it is done. */
export type Stuck = readonly number[];

/** Every state in which some thread is not done and none can go on. */
export function deadlocks(threads: readonly Thread[]): Stuck[] {
  const held = threads.map(holdings);
  const seen = new Set<string>();
  const found: Stuck[] = [];
  const open: State[] = [{ at: threads.map(() => 0), waits: threads.map(() => false) }];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const name = `${state.at} ${state.waits}`;
    if (seen.has(name)) continue;
    seen.add(name);
    const next = moves(threads, held, state);
    open.push(...next);
    if (next.length === 0 && threads.some((thread, i) => state.at[i] < thread.length)) found.push(state.at);
  }
  return found;
}

/** What each thread may do: take its step, or begin to wait. */
function moves(threads: readonly Thread[], held: readonly (readonly Acquire[])[][], state: State): State[] {
  const next: State[] = [];
  threads.forEach((thread, i) => {
    const step = thread[state.at[i]];
    if (step === undefined) return;
    if (!("acquire" in step) || free(threads, held, state, i, step)) {
      next.push({ at: state.at.with(i, state.at[i] + 1), waits: state.waits.with(i, false) });
    } else if (!state.waits[i]) next.push({ at: state.at, waits: state.waits.with(i, true) });
  });
  return next;
}

function free(
  threads: readonly Thread[],
  held: readonly (readonly Acquire[])[][],
  { at, waits }: State,
  self: number,
  { acquire, mode }: Acquire,
): boolean {
  const holders = held.flatMap((steps, i) => steps[at[i]].filter((other) => other.acquire === acquire));
  if (mode === "write") return holders.length === 0;
  if (holders.some((holder) => holder.mode === "write")) return false;
  if (mode === "recursive-read") return true;
  return !threads.some((thread, i) => {
    const step = thread[at[i]];
    return i !== self && waits[i] && "acquire" in step && step.acquire === acquire && step.mode === "write";
  });
}

/** What a thread holds before each of its steps, and at its end. */
export function holdings(thread: Thread): (readonly Acquire[])[] {
  const all: (readonly Acquire[])[] = [[]];
  for (const step of thread) {
    const held = all[all.length - 1];
    if ("acquire" in step) all.push([...held, step]);
    else {
      const last = held.findLastIndex(({ acquire }) => acquire === step.release);
      all.push(held.filter((_, i) => i !== last));
    }
  }
  return all;
}

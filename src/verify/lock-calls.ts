import { calleeName, identifiers } from "./c-file.js";

const TAKING: ReadonlySet<string> = new Set(["locked", "mutex", "down", "acquire", "begin", "guard"]);
const LETTING_GO: ReadonlySet<string> = new Set(["unlock", "up", "release", "end"]);
/** A wait queue's lock is taken by whoever queues on it or wakes it (kernel/sched/wait.c). */
const WAIT_QUEUE =
  /^_*(poll_wait|wake_up|add_wait_queue|remove_wait_queue|prepare_to_wait|finish_wait|wait_event|wait_for_completion)/;

/** Whether a callee is named like what takes a lock: the kernel's functions, guards, annotations, and wrappers of them. */
export function takesLock(callee: string): boolean {
  if (WAIT_QUEUE.test(calleeName(callee))) return true;
  return !releasesLock(callee) && wordsOf(callee).some((word) => TAKING.has(word) || isLock(word));
}

/** Whether a callee is named like what releases a lock. */
export function releasesLock(callee: string): boolean {
  return !WAIT_QUEUE.test(calleeName(callee)) && wordsOf(callee).some((word) => LETTING_GO.has(word));
}

/** `guard(mutex)` by both its names, any other callee by its last. */
function wordsOf(callee: string): string[] {
  const names = identifiers(callee);
  return (names[0] === "guard" ? names : names.slice(-1)).flatMap((name) => name.split("_"));
}

function isLock(word: string): boolean {
  return word.endsWith("lock") && !["unlock", "block", "clock"].some((other) => word.endsWith(other));
}

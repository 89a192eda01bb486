import type { ChainLink, FindingDependency } from "../checks/finding.js";
import type { LockStep, Step } from "../manifest/model.js";
import { allSteps, childLists } from "../manifest/steps.js";
import { type Found, find } from "./bodies.js";
import type { Code } from "./model.js";
import { isAt, type Steps } from "./steps.js";
import { isLock, kindOfLock } from "./words.js";

/** Where one lock of a dependency is taken. */
export interface Taken {
  /** The step in `found.body` that takes it: a lock step, or a call that returns with the lock held. */
  readonly found: Found;
  /** How it is taken. */
  readonly lock: LockStep;
  readonly link: ChainLink;
  /** The link's place in the chain. */
  readonly index: number;
}

/** Where a dependency's first lock is taken, and the step of that body which leads on to the second. */
export interface Holding extends Taken {
  readonly user: Step;
  readonly userLink: ChainLink;
}

/** The lock that a dependency's holder holds, where a manifest takes it. */
export function holdingOf(code: Code, { held, evidence: { chain } }: FindingDependency): Holding | undefined {
  if (held === undefined || held < 0) return undefined;
  const [link, userLink] = [chain[held], chain[held + 1]];
  if (userLink === undefined) return undefined;
  const own = find(code, link);
  const user = find(code, userLink);
  if (own?.step.kind !== "lock" || user?.manifest === undefined) return undefined;
  const lock = own.step;
  if (!isLock(kindOfLock(code, lock.lock))) return undefined;
  if (own.body.name === user.body.name && own.body.kind === user.body.kind)
    return { found: own, lock, link, index: held, user: user.step, userLink };
  // A function that returned with the lock held has taken it: the call of it stands before the user.
  const step = precedingCall(user, own.body.key);
  if (step === undefined) return undefined;
  return {
    found: { ...user, step },
    lock: { ...lock, pos: step.pos, at: step.at },
    link,
    index: held,
    user: user.step,
    userLink,
  };
}

/** Where a dependency's second lock is taken; nothing where the chain ends in something else. */
export function takingOf(code: Code, { evidence: { chain } }: FindingDependency): Taken | undefined {
  const link = chain[chain.length - 1];
  const own = find(code, link);
  if (own?.step.kind !== "lock" || !isLock(kindOfLock(code, own.step.lock))) return undefined;
  if (own.manifest !== undefined) return { found: own, lock: own.step, link, index: chain.length - 1 };
  const leaves = code.policy.functions.find(({ name }) => name === own.body.key)?.leaves_held ?? [];
  const before = chain.at(-2);
  const caller = before && find(code, before);
  if (before === undefined || caller?.manifest === undefined || !leaves.includes(own.step.lock))
    return undefined;
  const { pos, at } = caller.step;
  return { found: caller, lock: { ...own.step, pos, at }, link: before, index: chain.length - 2 };
}

/** The last call of that function before a step, in its list or one around it. */
function precedingCall({ body, step, around }: Found, callee: string): Step | undefined {
  const lists: Steps[] = [body.steps, ...around.flatMap(childLists)];
  const trail = [...around, step];
  let found: Step | undefined;
  for (const list of lists) {
    const end = list.findIndex((entry) => trail.some((other) => isAt(entry, other.pos)));
    for (const entry of list.slice(0, Math.max(0, end))) {
      if (entry.kind === "call" && calleeOf(entry.call) === callee) found = entry;
    }
  }
  return found;
}

/** `driver:function` without the driver. */
export function calleeOf(call: string): string {
  return call.slice(call.indexOf(":") + 1);
}

/** Whether a step, or one within it, lets go of that lock, itself or by a function that does. */
export function releases(code: Code, lock: string): (step: Step) => boolean {
  const unlocks = (steps: Steps) => steps.some((step) => step.kind === "unlock" && step.lock === lock);
  const takes = (steps: Steps) =>
    [...allSteps(steps)].some((step) => step.kind === "lock" && step.lock === lock);
  const functions = [...code.policy.functions, ...code.manifests.flatMap((manifest) => manifest.functions)];
  const names = new Set(
    functions.filter(({ steps }) => unlocks(steps) && !takes(steps)).map(({ name }) => name),
  );
  return (step) =>
    (step.kind === "unlock" && step.lock === lock) ||
    (step.kind === "call" && names.has(calleeOf(step.call)));
}

/** The rest of a list without the release, on each way through it, of a lock that was taken before. */
export function withoutRelease(steps: Steps, isRelease: (step: Step) => boolean): Steps {
  return removed(steps, isRelease).steps;
}

function removed(steps: Steps, isRelease: (step: Step) => boolean): { steps: Steps; done: boolean } {
  for (const [index, step] of steps.entries()) {
    if (isRelease(step)) return { steps: steps.toSpliced(index, 1), done: true };
    if (step.kind === "either") {
      const branches = step.branches.map((branch) => removed(branch, isRelease));
      if (branches.some(({ done }) => done)) {
        const changed = { ...step, branches: branches.map((branch) => branch.steps) };
        return { steps: steps.with(index, changed), done: true };
      }
    }
    if (step.kind === "lock" && step.steps !== undefined) {
      const within = removed(step.steps, isRelease);
      if (within.done) return { steps: steps.with(index, { ...step, steps: within.steps }), done: true };
    }
  }
  return { steps, done: false };
}

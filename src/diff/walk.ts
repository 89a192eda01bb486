import type { Step } from "../manifest/model.js";
import type { PolicyFunction } from "../policy/model.js";

/** One call of an op, with what is held there. */
export interface Site {
  readonly op: string;
  readonly function: string;
  readonly held: readonly string[];
}

/** What a walk over a policy shares. */
export interface Frame {
  readonly functions: ReadonlyMap<string, PolicyFunction>;
  readonly hold: ReadonlyMap<string, readonly string[]>;
  readonly drop: ReadonlyMap<string, readonly string[]>;
  readonly record: (site: Site) => void;
  /** By function and what it is entered with: how it returns. */
  readonly done: Map<string, Exit>;
}

/** How a function returns: which of its callers' locks it has kept, and which of its own it leaves held. */
interface Exit {
  readonly kept: readonly boolean[];
  readonly left: readonly string[];
}

/** One lock held, and how deep in the lists of steps it was taken; callers' locks are at depth 0. */
interface Entry {
  readonly lock: string;
  readonly depth: number;
  /** Which of the callers' locks it is. */
  readonly outer?: number;
}

type Entries = readonly Entry[];

/** Walks a function with these locks held, and what it calls; each once for each way of being entered. */
export function walk(fn: PolicyFunction, held: readonly string[], frame: Frame): Exit {
  const key = [fn.name, ...held].join(" ");
  const known = frame.done.get(key);
  if (known !== undefined) return known;
  const unchanged: Exit = { kept: held.map(() => true), left: [] };
  // A function that calls itself finds this, and goes no deeper.
  frame.done.set(key, unchanged);
  const before = held.map((lock, outer) => ({ lock, depth: 0, outer }));
  const after = body(fn.steps, before, 1, fn, frame);
  const exit = {
    kept: held.map((_, index) => after.some(({ outer }) => outer === index)),
    left: fn.leaves_held,
  };
  frame.done.set(key, exit);
  return exit;
}

/** A list of steps: what is taken in it without steps of its own is released where it ends. */
function body(
  steps: readonly Step[],
  held: Entries,
  depth: number,
  fn: PolicyFunction,
  frame: Frame,
): Entries {
  let here = held;
  for (const step of steps) here = after(step, here, depth, fn, frame);
  return here.filter((entry) => entry.depth < depth);
}

function after(step: Step, held: Entries, depth: number, fn: PolicyFunction, frame: Frame): Entries {
  const inside = (steps: readonly Step[], entries: Entries) => body(steps, entries, depth + 1, fn, frame);
  switch (step.kind) {
    case "lock": {
      const taken = { lock: step.lock, depth };
      if (step.steps === undefined) return [...held, taken];
      return inside(step.steps, [...held, taken]).filter((entry) => entry !== taken);
    }
    case "needs":
      return held.some(({ lock }) => lock === step.lock) ? held : [...held, { lock: step.lock, depth }];
    case "unlock": {
      const last = held.findLastIndex(({ lock }) => lock === step.lock);
      return held.filter((_, index) => index !== last);
    }
    case "call": {
      const callee = frame.functions.get(step.call);
      if (callee === undefined) return held;
      const seen = visible(held, step.on);
      const exit = walk(
        callee,
        seen.map(({ lock }) => lock),
        frame,
      );
      const gone = new Set(seen.filter((_, index) => !exit.kept[index]));
      return [...held.filter((entry) => !gone.has(entry)), ...exit.left.map((lock) => ({ lock, depth }))];
    }
    case "op": {
      const hold = (frame.hold.get(step.op) ?? []).filter((lock) =>
        held.every((entry) => entry.lock !== lock),
      );
      const drop = frame.drop.get(step.op) ?? [];
      const around = [...held.map(({ lock }) => lock), ...hold].filter((lock) => !drop.includes(lock));
      frame.record({ op: step.op, function: fn.name, held: around });
      return common([inside([...step.before, ...step.onSet], held), inside(step.onUnset, held)]);
    }
    case "callbacks":
      frame.record({ op: "callbacks", function: fn.name, held: held.map(({ lock }) => lock) });
      return held;
    case "either":
      return common(step.branches.map((branch) => inside(branch, held)));
    default:
      return held;
  }
}

/**
 * What a callee gets to see of what is held. Called on another fence, `fence.lock` would be the wrong name. A third
 * acquisition tells no more than the second, and functions that call each other come to an end without it.
 */
function visible(held: Entries, on: string | undefined): Entries {
  const own = on === undefined || on === "self";
  return held.filter(
    ({ lock }, index) =>
      (own || lock !== "fence.lock") &&
      held.slice(0, index).filter((other) => other.lock === lock).length < 2,
  );
}

/** What is held whichever way it went. */
function common([first = [], ...others]: readonly Entries[]): Entries {
  return first.filter((entry) => others.every((other) => other.includes(entry)));
}

import type { Body, LinkedStep } from "../link/program.js";

/** A what-if depends on what the callers hold: the framework's functions down to its op are followed with them. */
function hasWhatIf(steps: readonly LinkedStep[], depth = 0): boolean {
  return steps.some((step) => {
    switch (step.kind) {
      case "op":
        return (
          step.hold.length > 0 ||
          step.drop.length > 0 ||
          hasWhatIf(step.before, depth) ||
          hasWhatIf(step.onSet, depth) ||
          hasWhatIf(step.onUnset, depth)
        );
      case "lock":
        return hasWhatIf(step.steps ?? [], depth);
      case "either":
        return step.branches.some((branch) => hasWhatIf(branch, depth));
      case "call":
        return step.body.kind === "policy" && depth < MOST_NESTED && hasWhatIf(step.body.steps, depth + 1);
      default:
        return false;
    }
  });
}

/** The framework's functions call each other no deeper than this. */
const MOST_NESTED = 16;

/** Whether a body returns with other locks held than it was called with. A body that calls itself is judged without that call. */
export function effectful(body: Body, known: Map<Body, boolean>): boolean {
  const found = known.get(body);
  if (found !== undefined) return found;
  known.set(body, false);
  const result =
    body.leavesHeld.length > 0 ||
    releasesForeign(body.steps, known) ||
    (body.kind === "policy" && hasWhatIf(body.steps));
  known.set(body, result);
  return result;
}

/** A list that unlocks what it has not locked itself, or calls what does. */
function releasesForeign(steps: readonly LinkedStep[], known: Map<Body, boolean>): boolean {
  const own: string[] = [];
  const inner = (list: readonly LinkedStep[]): boolean => {
    for (const step of list) {
      switch (step.kind) {
        case "lock":
          own.push(lockName(step.lock));
          if (step.steps !== undefined && inner(step.steps)) return true;
          break;
        case "unlock": {
          const index = own.lastIndexOf(lockName(step.lock));
          if (index < 0) return true;
          own.splice(index, 1);
          break;
        }
        case "call":
          for (const lock of step.body.leavesHeld) own.push(lockName(lock));
          for (const name of released(step.body, known)) {
            const index = own.lastIndexOf(name);
            if (index < 0) return true;
            own.splice(index, 1);
          }
          break;
        case "either":
          for (const branch of step.branches) if (inner(branch)) return true;
          break;
        case "op":
          if (inner(step.before) || inner(step.onSet) || inner(step.onUnset)) return true;
          break;
        default:
      }
    }
    return false;
  };
  return inner(steps);
}

/** The locks that an effectful body lets go for its caller: its plain unlocks beyond its own locks. */
function released(body: Body, known: Map<Body, boolean>): string[] {
  if (!effectful(body, known) || body.leavesHeld.length > 0) return [];
  const own: string[] = [];
  const out: string[] = [];
  const visit = (steps: readonly LinkedStep[], depth: number): void => {
    for (const step of steps) {
      if (step.kind === "lock") {
        own.push(lockName(step.lock));
        visit(step.steps ?? [], depth);
      } else if (step.kind === "unlock") {
        const index = own.lastIndexOf(lockName(step.lock));
        if (index < 0) out.push(lockName(step.lock));
        else own.splice(index, 1);
      } else if (step.kind === "call" && depth < 8 && step.body !== body) {
        out.push(...released(step.body, known));
      }
    }
  };
  visit(body.steps, 0);
  return out;
}

function lockName(
  lock: LinkedStep extends infer S ? (S extends { lock: infer L } ? L : never) : never,
): string {
  return lock === "fence.lock" ? lock : lock.name;
}

import { allSteps, opsOf } from "../manifest/steps.js";
import type { Op } from "../manifest/words.js";
import type { Policy } from "../policy/model.js";

/** The ops that are called for what they return (include/linux/dma-fence.h, struct dma_fence_ops). */
const ANSWERS: ReadonlySet<string> = new Set([
  "get_driver_name",
  "get_timeline_name",
  "signaled",
  "check_signaled",
  "wait",
  "fence_value_str",
  "timeline_value_str",
] satisfies Op[]);

/** Whether an op is called for what it returns: what it does cannot be left for later. */
export function opAnswers(op: string): boolean {
  return ANSWERS.has(op);
}

/**
 * Whether a function of the framework is called for what such an op returns: it calls no other ops, and runs no
 * callbacks itself. dma_fence_is_signaled() is one, dma_fence_set_deadline() is none.
 */
export function functionAnswers(
  { functions }: Pick<Policy, "functions">,
  name: string,
  within: readonly string[] = [],
): boolean {
  const found = functions.find((fn) => fn.name === name);
  if (found === undefined || within.includes(name)) return false;
  const steps = [...allSteps(found.steps)];
  if (steps.some(({ kind }) => kind === "callbacks")) return false;
  const ops = opsOf(found.steps);
  if (ops.length > 0) return ops.every(opAnswers);
  const inside = [...within, name];
  return steps.some((step) => step.kind === "call" && functionAnswers({ functions }, step.call, inside));
}

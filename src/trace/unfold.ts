import type { Body, LinkedStep, Program } from "../link/program.js";
import { CONTEXTS, type Context } from "../manifest/words.js";
import { InputError, sortDiagnostics } from "../source/input-error.js";
import { Activations, BH_OFF, IRQS_OFF, KEEPS_SELF } from "./activations.js";
import type { Trace } from "./events.js";
import { Follower } from "./follow.js";
import { type Instance, newInstance } from "./state.js";
import { type Summary, summarise } from "./summary.js";

/**
 * Follows every entry point of a program: the framework's consumer functions on every fence, and the drivers' paths,
 * each in each of its contexts.
 *
 * A body is followed once for each way in which it matters how it is entered, whatever its callers hold: so recursion
 * ends, and cost grows with the size of the program, not with the number of ways through it. What callers hold is
 * combined with what callees take afterwards, over the call graph (lockgraph/reach.ts, unfolding.md).
 * @throws {InputError} where a step needs a fence and none is at hand
 */
export function unfold(program: Program): Trace {
  const summary = summarise(program);
  const activations = new Activations(program, summary);
  enterConsumerCalls(program, summary, activations);
  for (const path of program.paths)
    for (const context of path.contexts) enter(path, newInstance(path.fence), context, summary, activations);
  const follower = new Follower(program, summary, activations);
  // Breadth first: what is followed may bring more.
  for (let next = 0; next < activations.all.length; next++) {
    const activation = activations.all[next];
    if (!activation.fan) follower.follow(activation);
  }
  refuse(follower.fenceless);
  return { activations: activations.all, unbalanced: follower.unbalanced };
}

function enterConsumerCalls(program: Program, summary: Summary, activations: Activations): void {
  const { consumerCalls, fences, anyFence, anyFenceUsed, signal } = program;
  const all = fences.length === 0 || anyFenceUsed ? [...fences, anyFence] : fences;
  for (const body of consumerCalls) {
    const about = summary.usesFence(body) ? all : [undefined];
    for (const context of body.contexts) {
      for (const fence of about) {
        if (fence?.declaration.private && !reachesPrivate(body, context)) continue;
        enter(body, newInstance(fence), context, summary, activations);
      }
    }
  }
  // Whoever owns the fence that no manifest tells of signals it, anywhere.
  if (anyFenceUsed && signal !== undefined)
    for (const context of CONTEXTS) enter(signal, newInstance(anyFence), context, summary, activations);
}

function enter(
  body: Body,
  self: Instance,
  context: Context,
  summary: Summary,
  activations: Activations,
): void {
  if (!summary.active(body, self.fence, false)) return;
  // A consumer holds a reference to the fence it calls about, until it puts it.
  const kept = body.kind === "policy" && !summary.puts(body) ? KEEPS_SELF : 0;
  const off = context === "hardirq" ? IRQS_OFF : context === "softirq" ? BH_OFF : 0;
  const nobody = { signaled: undefined, caller: undefined, callStep: undefined };
  activations.at({ body, self, context, flags: off | kept, ...nobody });
}

/**
 * Nobody but its owner's framework has a private fence, and that runs in process context: dma-fence's own functions
 * are called about it, not those of sync_file, syncobj or debugfs, which hand fences to user space.
 */
function reachesPrivate({ name }: Body, context: Context): boolean {
  return context === "process" && /^(dma_fence|dma_resv)_/.test(name);
}

function refuse(fenceless: ReadonlySet<LinkedStep>): void {
  if (fenceless.size === 0) return;
  const diagnostics = [...fenceless].map(({ step }) => ({
    ...step.pos,
    message: "which fence? There is none at hand here: say which with `on:`",
  }));
  throw new InputError(sortDiagnostics(diagnostics));
}

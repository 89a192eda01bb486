import type { ChainLink, FindingDependency } from "../checks/finding.js";
import type { DeferStep, Manifest, PathDeclaration, Step } from "../manifest/model.js";
import { allSteps } from "../manifest/steps.js";
import type { Context } from "../manifest/words.js";
import { calleeOf } from "./acquisitions.js";
import { functionAnswers, opAnswers } from "./answers.js";
import { changeManifest, changeManifests, type Found, find } from "./bodies.js";
import type { Candidate, Code } from "./model.js";
import { replaceStep, type Steps, trailTo } from "./steps.js";
import { pair, placeOfLink } from "./words.js";

/** Hands a step between holder and taker to a path of its own, where nothing that is held carries over. */
export function deferCandidates(code: Code, dependency: FindingDependency): Candidate[] {
  const { held = -1, evidence } = dependency;
  const { chain } = evidence;
  const ways: readonly { readonly context: Context; readonly to: string }[] = [
    { context: "process", to: "a work item" },
    { context: "hardirq", to: "an irq_work" },
  ];
  return chain.flatMap((link, index) => {
    const found = index > held ? find(code, link) : undefined;
    const what = found && deferrable(code, found, link);
    if (found === undefined || what === undefined) return [];
    const fence = fenceAtHand(code, chain, index);
    if (fence === undefined) return [];
    return ways.map(({ context, to }) => ({
      kind: "defer" as const,
      about: `defer ${context} ${pair(dependency)}`,
      change: `defer ${what} in ${link.function}() to ${to}`,
      at: placeOfLink(link),
      apply: (given: Code) => defer(given, link, context, fence.name),
    }));
  });
}

/** What would be deferred, in words; nothing where the step has to be done then and there. */
function deferrable(code: Code, { manifest, step, body }: Found, { action }: ChainLink): string | undefined {
  if (manifest === undefined || usesSignaled(manifest, [step])) return undefined;
  if (body.kind === "op" && opAnswers(body.key)) return undefined;
  if (step.kind === "call") {
    const needed = handsOverLocks(code, step.call) || functionAnswers(code.policy, step.call);
    return needed ? undefined : `${calleeOf(step.call)}()`;
  }
  if (step.kind === "lock" && step.steps !== undefined && !step.try)
    return `what takes ${action.replace(/^\S+ /, "")}`;
  if (step.kind === "sleep" && step.alloc === undefined && !/GFP_/.test(step.why))
    return `what may sleep (${step.why})`;
  return undefined;
}

/** Whether a function returns with a lock held, or lets go of its caller's: then its caller goes on with it. */
function handsOverLocks({ policy, manifests }: Code, call: string): boolean {
  return [...policy.functions, ...manifests.flatMap(({ functions }) => functions)].some(
    ({ name, leaves_held, steps }) =>
      name === calleeOf(call) && (leaves_held.length > 0 || steps.some(({ kind }) => kind === "unlock")),
  );
}

/** Whether the fence that has signalled is meant, which a path of its own does not know. */
function usesSignaled({ functions }: Manifest, steps: Steps): boolean {
  const open = [steps];
  const seen = new Set<string>();
  for (let list = open.pop(); list !== undefined; list = open.pop()) {
    for (const step of allSteps(list)) {
      if ("on" in step && step.on === "signaled") return true;
      if (step.kind !== "call" || seen.has(step.call)) continue;
      seen.add(step.call);
      const callee = functions.find(({ name }) => name === step.call);
      if (callee !== undefined) open.push(callee.steps);
    }
  }
  return false;
}

/** The fence at hand at a link, where the calls that lead there keep to it; `{}` where the driver has none. */
function fenceAtHand(code: Code, chain: readonly ChainLink[], index: number): { name?: string } | undefined {
  for (let i = index; i >= 0; i--) {
    const found = find(code, chain[i]);
    if (found?.manifest === undefined) return undefined;
    if (i < index && found.step.kind === "call" && (found.step.on ?? "self") !== "self") return undefined;
    const { kind, fence } = found.body;
    if (kind !== "function")
      return fence === undefined && found.manifest.fences.length > 0 ? {} : { name: fence };
  }
  return undefined;
}

function defer(code: Code, link: ChainLink, context: Context, fence: string | undefined): Code {
  return changeManifests(code, (manifest) => {
    const name = freeName(manifest, `${link.function}_${context === "process" ? "work" : "irq_work"}`);
    let deferred: Step | undefined;
    const changed = changeManifest(manifest, (body) => {
      if (body.name !== link.function) return body.steps;
      deferred = trailTo(body.steps, link.manifest)?.at(-1) ?? deferred;
      return (
        replaceStep(body.steps, link.manifest, ({ pos, at, when }) => [
          { kind: "defer", path: name, pos, at, when } satisfies DeferStep,
        ]) ?? body.steps
      );
    });
    if (deferred === undefined) return manifest;
    const path: PathDeclaration = { name, contexts: [context], steps: [deferred], fence, pos: deferred.pos };
    return { ...changed, paths: [...changed.paths, path] };
  });
}

function freeName({ paths }: Manifest, wanted: string): string {
  let name = wanted.replace(/[^A-Za-z0-9_]/g, "_");
  for (let n = 2; paths.some((path) => path.name === name); n++) name = `${wanted}_${n}`;
  return name;
}

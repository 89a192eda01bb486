import type { LinkedStep, LockRef } from "../link/program.js";
import type { Mode } from "../manifest/words.js";
import { chainOf, type Frame } from "../trace/frame.js";
import { resolveLock } from "../trace/resolve.js";
import { className, type Held, type Place, SUBCLASSES } from "../trace/state.js";
import type { ChainLink, EvidenceReport } from "./finding.js";

/** The chain to `place`, with the acquisitions of `held` shown where they happened. */
export function evidence(
  place: Place,
  held: readonly Held[] = [],
): { report: EvidenceReport; heldAt: number[] } {
  const frames = chainOf(place.frame);
  const chain: ChainLink[] = [];
  const heldAt = held.map(() => -1);
  frames.forEach((frame, depth) => {
    held.forEach((entry, i) => {
      if (homeDepth(entry.frame, frames) !== depth) return;
      heldAt[i] = chain.length;
      chain.push(
        linkOf(
          entry.frame,
          entry.step,
          `${lockCall(entry.mode, entry.trylock)} ${className(entry.lock, entry.key % SUBCLASSES)}`,
        ),
      );
    });
    const next = frames[depth + 1];
    if (next === undefined) chain.push(linkOf(frame, place.step));
    else if (next.callStep !== undefined) chain.push(linkOf(frame, next.callStep));
  });
  const [entry] = frames;
  return { report: { entry: entry.body.name, context: entry.context, chain }, heldAt };
}

/** How deep on the chain a lock was taken: in one of its frames, or in a callee of one that left it held. */
function homeDepth(frame: Frame, frames: readonly Frame[]): number {
  for (let here: Frame | undefined = frame; here !== undefined; here = here.caller) {
    const depth = frames.indexOf(here);
    if (depth >= 0) return depth;
  }
  return 0;
}

function linkOf(frame: Frame, step: LinkedStep, action = actionOf(frame, step)): ChainLink {
  const { at, pos, when } = step.step;
  return { function: frame.body.name, action, at, manifest: pos, when };
}

function actionOf(frame: Frame, step: LinkedStep): string {
  const name = (lock: LockRef) => resolveLock(lock, frame.self)?.name ?? "fence.lock";
  switch (step.kind) {
    case "lock": {
      const declared = step.step.kind === "lock" ? step.step : undefined;
      return `${lockCall(declared?.mode ?? "write", declared?.try ?? false)} ${name(step.lock)}`;
    }
    case "unlock":
      return `unlock ${name(step.lock)}`;
    case "needs":
      return `needs ${name(step.lock)}`;
    case "call":
      return `call ${step.body.name}`;
    case "op":
      return `op ${step.op}`;
    case "callbacks":
      return "callbacks";
    case "wait":
      return `wait for ${step.completion?.name ?? "a fence"}`;
    case "sync":
      return step.path === undefined ? "wait for a grace period" : `wait for ${step.path.name}() to end`;
    case "sleep":
      return `may sleep: ${step.step.kind === "sleep" ? step.step.why : ""}`;
    case "complete":
      return `complete ${step.completion.name}`;
    case "defer":
    case "either":
    case "unknown":
      return step.kind;
  }
}

/** `lock`, `read_lock`, `trylock`: how lockdep's tables put it. */
export function lockCall(mode: Mode, trylock: boolean): string {
  const read = mode === "write" ? "" : "read_";
  return trylock ? `${read}trylock` : `${read}lock`;
}

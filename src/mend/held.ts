import type { Finding } from "../checks/finding.js";
import type { LockStep } from "../manifest/model.js";
import { editAt, find } from "./bodies.js";
import type { Candidate, Code } from "./model.js";
import { editList, replaceStep } from "./steps.js";
import { doing, kindOfLock, placeOfLink, spins } from "./words.js";

/** Takes the lock that is missing: where it is needed, or around one of the calls that lead there. */
export function takeCandidates(code: Code, { locks, dependencies }: Finding): Candidate[] {
  const [name] = locks;
  const { chain } = dependencies[0].evidence;
  return chain
    .flatMap((link): Candidate[] => {
      const found = find(code, link);
      if (found?.manifest === undefined) return [];
      const { step } = found;
      if (step.kind !== "needs" && step.kind !== "call") return [];
      const own = found.manifest.fences.find(({ name: fence }) => fence === found.body.fence);
      const asFenceLock = name.endsWith(".inline_lock") || own?.lock === name;
      const taken: Omit<LockStep, "steps"> = {
        kind: "lock",
        lock: step.kind === "needs" ? step.lock : asFenceLock ? "fence.lock" : name,
        on: step.on,
        mode: "write",
        irq: spins(kindOfLock(code, name)) ? "save" : undefined,
        bh: false,
        try: false,
        subclass: 0,
        pos: step.pos,
        at: step.at,
      };
      const needs = step.kind === "needs";
      return [
        {
          kind: "take",
          about: `take ${name}`,
          change: `take ${name} in ${link.function}()${needs ? "" : ` before it ${doing(link)}`}`,
          at: placeOfLink(link),
          apply: (given) =>
            editAt(given, link, (steps) =>
              editList(steps, link.manifest, (list, index) => {
                const held = needs ? list.slice(index + 1) : [list[index]];
                const rest = needs ? [] : list.slice(index + 1);
                return [...list.slice(0, index), { ...taken, steps: held }, ...rest];
              }),
            ),
        },
      ];
    })
    .reverse();
}

/** Leaves out an unlock of what is not held. */
export function omitCandidates(code: Code, { locks, dependencies }: Finding): Candidate[] {
  const { chain } = dependencies[0].evidence;
  const link = chain[chain.length - 1];
  if (find(code, link)?.step.kind !== "unlock") return [];
  return [
    {
      kind: "omit",
      about: `omit ${locks[0]}`,
      change: `leave out the unlock of ${locks[0]} in ${link.function}()`,
      at: placeOfLink(link),
      apply: (given) => editAt(given, link, (steps) => replaceStep(steps, link.manifest, () => [])),
    },
  ];
}

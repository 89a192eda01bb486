import type { ChainLink, FindingDependency } from "../checks/finding.js";
import type { FunctionDeclaration, LockStep, Step } from "../manifest/model.js";
import { type Holding, holdingOf, releases, type Taken, takingOf, withoutRelease } from "./acquisitions.js";
import { changeManifests, editAt, type Found, find } from "./bodies.js";
import type { Candidate, Code } from "./model.js";
import { allSteps, editList, replaceStep, type Steps } from "./steps.js";
import { pair, placeOfLink } from "./words.js";

/**
 * Takes the second lock of a dependency before the first. Functions between the two get a variant that relies on it,
 * so that who else calls them is not concerned.
 */
export function earlierCandidates(code: Code, dependency: FindingDependency): Candidate[] {
  const holding = holdingOf(code, dependency);
  const taken = takingOf(code, dependency);
  if (holding === undefined || taken === undefined || holding.lock.try || taken.lock.try) return [];
  const calls = dependency.evidence.chain.slice(holding.index + 1, taken.index);
  const callees = functionsOf(code, [...calls, taken.link], taken);
  if (callees === undefined) return [];
  const [first] = callees;
  const besides =
    first === undefined ? "" : `, and call a variant of ${first.found.body.name}() that relies on it`;
  return [
    {
      kind: "earlier",
      about: `earlier ${pair(dependency)}`,
      change: `take ${dependency.to} before ${dependency.from} in ${holding.found.body.name}()${besides}`,
      at: placeOfLink(holding.userLink),
      apply: (given) => takeEarlier(given, holding, taken, callees),
    },
  ];
}

/** A function between holder and taker, and its link. */
interface Callee {
  readonly link: ChainLink;
  readonly found: Found;
}

/** All but the holder's own body; nothing where one of them is not a driver's function, or is called about another fence. */
function functionsOf(code: Code, links: readonly ChainLink[], taken: Taken): Callee[] | undefined {
  const isFence = taken.lock.lock === "fence.lock" || taken.lock.on !== undefined;
  const callees: Callee[] = [];
  for (const [i, link] of links.entries()) {
    const found = i === links.length - 1 ? taken.found : find(code, link);
    if (found?.manifest === undefined) return undefined;
    const isLast = i === links.length - 1;
    if (!isLast && (found.step.kind !== "call" || (isFence && found.step.on !== undefined))) return undefined;
    if (i === 0) continue;
    if (found.body.kind !== "function") return undefined;
    callees.push({ link, found });
  }
  return callees;
}

function takeEarlier(
  given: Code,
  { lock, found, userLink }: Holding,
  taken: Taken,
  callees: readonly Callee[],
): Code {
  const untaken = (steps: Steps) => withoutTaking(given, steps, taken);
  let code = given;
  let change: (steps: Steps) => Steps | undefined = untaken;
  for (const { found: callee, link } of [...callees].reverse()) {
    const { manifest, body } = callee;
    const variant = freeName(code, manifest?.driver, `${body.key}_locked`);
    const inner = change;
    code = changeManifests(code, (own) => {
      const original = own.functions.find(({ name }) => name === body.key);
      const steps = original && inner(original.steps);
      if (own.driver !== manifest?.driver || original === undefined || steps === undefined) return own;
      const copy: FunctionDeclaration = { ...original, name: variant, function: undefined, steps };
      return { ...own, functions: [...own.functions, copy] };
    });
    change = (steps) => renameCall(steps, body.key, variant, link);
  }
  const isRelease = releases(given, lock.lock);
  return editAt(code, userLink, (steps) => {
    const changed = change(steps);
    return (
      changed && editList(changed, found.step.pos, (list, index) => wrap(list, index, lock, taken, isRelease))
    );
  });
}

/** The holder's critical section within the other lock. */
function wrap(
  list: Steps,
  index: number,
  holder: LockStep,
  { lock }: Taken,
  isRelease: (step: Step) => boolean,
): Steps {
  const own = list[index];
  const rest = list.slice(index + 1);
  const released = rest.findIndex((step) => [...allSteps([step])].some(isRelease));
  const nested = own.kind === "lock" && own.steps !== undefined;
  const end = nested ? index + 1 : released < 0 ? list.length : index + 2 + released;
  const outer: LockStep = {
    ...lock,
    irq: lock.irq ?? holder.irq,
    bh: lock.bh || holder.bh,
    steps: list.slice(index, end),
  };
  return [...list.slice(0, index), outer, ...list.slice(end)];
}

function withoutTaking(code: Code, steps: Steps, { found, lock }: Taken): Steps | undefined {
  return editList(steps, found.step.pos, (list, index) => {
    const step = list[index];
    const [head, rest] = [list.slice(0, index), list.slice(index + 1)];
    if (step.kind === "lock" && step.steps !== undefined) return [...head, ...step.steps, ...rest];
    return [...head, ...withoutRelease(rest, releases(code, lock.lock))];
  });
}

/** The call that leads to `callee`'s place: the one whose callee it is. */
function renameCall(steps: Steps, callee: string, variant: string, _link: ChainLink): Steps | undefined {
  const call = [...allSteps(steps)].find(
    (step) => step.kind === "call" && step.call.slice(step.call.indexOf(":") + 1) === callee,
  );
  if (call === undefined) return undefined;
  return replaceStep(steps, call.pos, (step) =>
    step.kind === "call"
      ? [{ ...step, call: `${step.call.slice(0, step.call.indexOf(":") + 1)}${variant}` }]
      : [step],
  );
}

function freeName({ manifests }: Code, driver: string | undefined, wanted: string): string {
  const names = new Set(
    manifests
      .filter((manifest) => manifest.driver === driver)
      .flatMap(({ functions }) => functions.map((fn) => fn.name)),
  );
  let name = wanted;
  for (let n = 2; names.has(name); n++) name = `${wanted}_${n}`;
  return name;
}

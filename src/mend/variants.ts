import type { ChainLink } from "../checks/finding.js";
import type { FunctionDeclaration } from "../manifest/model.js";
import { changeManifests, type Found, find } from "./bodies.js";
import type { Code } from "./model.js";
import { replaceStep, type Steps } from "./steps.js";

type Change = (steps: Steps) => Steps | undefined;

/** A function on a chain of calls, and the link that calls it. */
export interface Callee {
  readonly found: Found;
  readonly calledAt: ChainLink;
}

/**
 * The functions that a chain of calls enters, down to the one where `last` stands. Nothing where one is no driver's
 * function, or where it matters which fence is at hand and a call changes that.
 */
export function calleesOf(
  code: Code,
  links: readonly ChainLink[],
  last: Found,
  aboutFence: boolean,
): Callee[] | undefined {
  const callees: Callee[] = [];
  for (const [i, link] of links.entries()) {
    const found = i === links.length - 1 ? last : find(code, link);
    if (found?.manifest === undefined) return undefined;
    if (found !== last && (found.step.kind !== "call" || (aboutFence && found.step.on !== undefined)))
      return undefined;
    if (i === 0) continue;
    if (found.body.kind !== "function") return undefined;
    callees.push({ found, calledAt: links[i - 1] });
  }
  return callees;
}

/**
 * Adds a copy of each of these functions, the last with `change` made to it and the others with their calls directed
 * to the copies.
 * @returns the code with the copies, and the change that directs the first call, or makes `change` where there is none
 */
export function withVariants(
  given: Code,
  callees: readonly Callee[],
  change: Change,
): { code: Code; change: Change } {
  let code = given;
  let now = change;
  for (const { found, calledAt } of [...callees].reverse()) {
    const { manifest, body } = found;
    const variant = freeName(code, manifest?.driver, `${body.key}_locked`);
    const inner = now;
    code = changeManifests(code, (own) => {
      if (own.driver !== manifest?.driver) return own;
      const original = own.functions.find(({ name }) => name === body.key);
      const steps = original && inner(original.steps);
      if (original === undefined || steps === undefined) return own;
      const copy: FunctionDeclaration = { ...original, name: variant, function: undefined, steps };
      return { ...own, functions: [...own.functions, copy] };
    });
    now = (steps) =>
      replaceStep(steps, calledAt.manifest, (step) =>
        step.kind === "call"
          ? [{ ...step, call: `${step.call.slice(0, step.call.indexOf(":") + 1)}${variant}` }]
          : [step],
      );
  }
  return { code, change: now };
}

function freeName({ manifests }: Code, driver: string | undefined, wanted: string): string {
  const names = new Set(
    manifests
      .filter((manifest) => manifest.driver === driver)
      .flatMap(({ functions }) => functions.map(({ name }) => name)),
  );
  let name = wanted;
  for (let n = 2; names.has(name); n++) name = `${wanted}_${n}`;
  return name;
}

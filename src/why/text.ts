import type { FindingDependency } from "../checks/finding.js";
import { chainLines } from "../report/evidence.js";
import type { Style } from "../report/style.js";
import { plural, some } from "../report/summary.js";
import { wrap } from "../report/wrap.js";
import type { Why } from "./why.js";

const WIDTH = 110;
/** Entry points to name of one way; the JSON has them all. */
const MOST = 8;

/** The answer for people, one line break at the end. */
export function whyText(why: Why, style: Style): string {
  return `${[...answer(why, style), ...reverse(why, style)].join("\n")}\n`;
}

function answer({ from, to, policy, answer: told, neverTaken }: Why, style: Style): string[] {
  const [a, b] = [style.lock(from), style.lock(to)];
  switch (told.kind) {
    case "direct": {
      const head = `${b} is taken under ${a} in ${plural(told.ways.length, "way")} (${policy}):`;
      const ways = told.ways.flatMap(({ dependency, alsoFrom }, i) => [
        "",
        ...link(dependency, `${i + 1}. `, style),
        ...wrap(some(alsoFrom, MOST), WIDTH, "    also from: ", "      ").map(style.dim),
      ]);
      return [style.title(head), ...ways];
    }
    case "path": {
      const { path, links, strong } = told;
      const head = `${b} is never taken directly under ${a}, but by way of ${plural(path.length - 2, "other lock")} (${policy}):`;
      const weak = `The recursive reads on the way do not wait for readers: no deadlock can go this way.`;
      return [
        style.title(head),
        `  ${path.map(style.lock).join(" -> ")}`,
        ...(strong ? [] : [`  ${weak}`]),
        ...links.flatMap((dependency) => ["", ...link(dependency, "", style)]),
      ];
    }
    case "left-out":
      return [
        style.title(`Whether ${b} is taken under ${a}, the lock graph does not tell (${policy})`),
        ...told.because.flatMap((reason) => wrap(reason, WIDTH, "  ", "    ")),
        ...neverTaken.map(({ name }) => `  nothing here takes ${style.lock(name)} at all`),
      ];
    case "never":
      return [
        style.title(`${b} is never taken under ${a} (${policy})`),
        ...neverTaken.map(({ name, subclasses }) => {
          const instead =
            subclasses.length === 0 ? "" : `; ${subclasses.join(" and ")} is, a class of its own`;
          return `  nothing here takes ${style.lock(name)} at all${instead}`;
        }),
      ];
  }
}

function link(dependency: FindingDependency, number: string, style: Style): string[] {
  const { from, to, kind, evidence } = dependency;
  const entry = `from ${evidence.entry}() in ${evidence.context} context:`;
  return [
    `  ${number}${style.lock(from)} -${kind}-> ${style.lock(to)}, ${entry}`,
    ...chainLines(dependency, style),
  ];
}

/** Whether there is a way back, too: then the two are on a cycle. */
function reverse({ from, to, answer: { kind }, reverse: path }: Why, style: Style): string[] {
  if (from === to || kind === "left-out") return [];
  const [a, b] = [style.lock(from), style.lock(to)];
  if (path === undefined)
    return kind === "never"
      ? [`  ${a} is never taken under ${b} either`]
      : ["", `${a} is never taken under ${b}.`];
  const way = path.map(style.lock).join(" -> ");
  if (kind === "never") return [`  the other way round: ${way}`];
  return ["", `The other way round, too: ${way}.`, "What of this cycle deadlocks, `analyze` tells."];
}

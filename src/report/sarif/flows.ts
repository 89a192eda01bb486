import type { Finding, FindingDependency } from "../../checks/finding.js";
import { inputLocation } from "./locations.js";

/** One code flow: what each CPU, or each dependency where those are not the same, does step by step. */
export function codeFlows(finding: Finding) {
  const { dependencies, schedule } = finding;
  const threads = dependencies.filter(({ evidence }) => evidence.chain.length > 0);
  if (threads.length === 0) return [];
  const aCpuEach = schedule.length === threads.length;
  return [
    {
      message: { text: finding.message },
      threadFlows: threads.map((dependency, index) => ({
        id: aCpuEach ? `CPU${schedule[index].cpu}` : `dependency ${index}`,
        message: { text: about(dependency) },
        locations: steps(dependency),
      })),
    },
  ];
}

function about({ from, to, kind, evidence: { entry, context } }: FindingDependency): string {
  return `${from} -${kind}-> ${to}, from ${entry}() in ${context} context`;
}

function steps({ held, evidence: { chain } }: FindingDependency) {
  const last = chain.length - 1;
  return chain.map((link, index) => {
    const where = link.at === undefined ? "" : ` at ${link.at}`;
    const when = link.when === undefined ? "" : `, only when ${link.when}`;
    const essential = index === held || index === last;
    return {
      location: inputLocation(link.manifest, `${link.function}(): ${link.action}${where}${when}`),
      kinds: kinds(link.action),
      nestingLevel: new Set(chain.slice(0, index + 1).map(({ function: name }) => name)).size - 1,
      importance: essential ? "essential" : "important",
    };
  });
}

/** The standard's words for what a step does (SARIF 2.1.0, 3.38.8). */
function kinds(action: string): string[] {
  if (/^(read_)?(try)?lock /.test(action)) return ["acquire", "lock"];
  if (action.startsWith("unlock ")) return ["release", "lock"];
  return /^(call |op |callbacks)/.test(action) ? ["call", "function"] : [];
}

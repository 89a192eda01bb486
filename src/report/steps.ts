import type { ChainLink } from "../checks/finding.js";

/** What a step of a chain is to its dependency, in a word: what holds, what takes, or nothing for those between. */
export function roleOf(chain: readonly ChainLink[], index: number, held: number | undefined): string {
  if (index === held) return "holds";
  return index === chain.length - 1 ? verb(chain[index]) : "";
}

function verb({ action }: ChainLink): string {
  if (/^(read_)?(try)?lock /.test(action)) return "takes";
  if (action.startsWith("may sleep")) return "sleeps";
  if (action.startsWith("wait ")) return "waits";
  if (action.startsWith("needs ")) return "needs";
  if (action.startsWith("unlock ")) return "frees";
  return action === "callbacks" ? "runs" : "uses";
}

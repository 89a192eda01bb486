import type { Style } from "../report/style.js";
import { plural } from "../report/summary.js";
import { wrap } from "../report/wrap.js";
import type { Order, OrderQuestion } from "./order.js";

const WIDTH = 110;

/** The implied order for people, one line break at the end. */
export function orderText({ policy, chains, groups, alone }: Order, style: Style): string {
  const lines = [
    style.title(
      `The order in which locks are taken (${policy}): the outermost first, the longest chains first`,
    ),
  ];
  const digits = String(chains.length).length;
  const named = new Set<string>();
  chains.forEach((chain, i) => {
    const number = `  ${String(i + 1).padStart(digits)}. `;
    const shown = newPart(chain, named).map(unbroken).join("\u00a0> ");
    lines.push(...wrap(shown, WIDTH, number, " ".repeat(number.length)).map(mended));
    for (const lock of chain) named.add(lock);
  });
  for (const { name, locks } of groups) {
    const head = `${name} has no order: each of its ${locks.length} locks leads to every other`;
    lines.push("", style.warning(head), ...wrap(locks.join(", "), WIDTH, "  "));
  }
  const apart = alone.filter((name) => !isWait(name));
  if (apart.length > 0)
    lines.push(
      "",
      `${plural(apart.length, "lock")} never taken with another:`,
      ...wrap(apart.join(", "), WIDTH, "  "),
    );
  if (chains.some((chain) => chain.some(isWait)) || groups.some(({ locks }) => locks.some(isWait)))
    lines.push(
      "",
      style.dim(
        "signal(F) stands for waiting for a fence F to signal, run(P) and queue(Q) for waiting for a path to end",
      ),
    );
  return `${lines.join("\n")}\n`;
}

/** A chain from the last known lock before what it adds to the first one after that; `...` for the rest. */
function newPart(chain: readonly string[], named: ReadonlySet<string>): string[] {
  const isNew = (lock: string) => !named.has(lock);
  const first = Math.max(0, chain.findIndex(isNew) - 1);
  const last = Math.min(chain.length - 1, chain.findLastIndex(isNew) + 1);
  return [
    ...(first > 0 ? ["..."] : []),
    ...chain.slice(first, last + 1),
    ...(last < chain.length - 1 ? ["..."] : []),
  ];
}

/** Whether one lock may be taken under another, and why not. */
export function questionText({ policy, question }: OrderQuestion, style: Style): string {
  const { outer, inner, allowed, taken, obstacles, documented, contradictions } = question;
  const [a, b] = [style.lock(outer), style.lock(inner)];
  if (allowed && documented !== undefined) {
    const why = `the documented order is ${documented.map(style.lock).join(" > ")}`;
    const lines = [`${style.good("allowed")}: ${b} may be taken under ${a}: ${why} (${policy})`];
    for (const { why: against, path = [], finding } of contradictions) {
      const told = finding === undefined ? "" : `; \`analyze\` tells of it: ${finding}`;
      lines.push("", ...wrap(`what contradicts it is at fault: ${against}${told}`, WIDTH, "  ", "    "));
      lines.push(`    ${path.map(style.lock).join(" -> ")}`);
    }
    return `${lines.join("\n")}\n`;
  }
  if (allowed) {
    const why = taken ? "it is done already, and nothing contradicts it" : `no path leads from ${b} to ${a}`;
    return `${style.good("allowed")}: ${b} may be taken under ${a}: ${why} (${policy})\n`;
  }
  const lines = [`${style.error("not allowed")}: ${b} under ${a} (${policy})`];
  for (const { rule, why, path } of obstacles) {
    lines.push("", ...wrap(`${rule}: ${why}`, WIDTH, "  ", "    "));
    if (path !== undefined) lines.push(`    ${path.map(style.lock).join(" -> ")}`);
  }
  const cycle = obstacles.find(({ rule }) => rule === "lock-order" || rule === "fence-wait");
  if (cycle?.path !== undefined)
    lines.push("", style.dim(`\`fence-lockcheck why ${inner} ${outer} PATHS...\` shows where`));
  return `${lines.join("\n")}\n`;
}

function isWait(name: string): boolean {
  return /^(signal|run|queue|completion)\(/.test(name);
}

/** A name of several words stays on one line. */
function unbroken(name: string): string {
  return name.replaceAll(" ", "\u00a0");
}
function mended(line: string): string {
  return line.replaceAll("\u00a0", " ");
}

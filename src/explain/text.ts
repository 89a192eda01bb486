import { RULES, type RuleName } from "../checks/rules.js";
import type { Style } from "../report/style.js";
import { wrap } from "../report/wrap.js";
import { linesOnlyIn } from "./compare.js";
import { PAGES } from "./pages.js";

const WIDTH = 100;

/** The page of a rule, for a terminal; one line break at the end. */
export function ruleText(rule: RuleName, style: Style): string {
  const { severity, title } = RULES[rule];
  const page = PAGES[rule];
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ["What it means", prose(page.meaning)],
    ["Why it goes wrong", prose(page.why)],
    [`A manifest that has it (under ${page.policy})`, example(page.bad, page.good, "-", style.error)],
    ["The same, mended", [...example(page.good, page.bad, "+", style.good), "", ...prose(page.mended)]],
    ["How the kernel says it", verbatim(page.lockdep)],
    ["False alarms", prose(page.falseAlarms)],
  ];
  return [
    `${style[severity](`${severity}[${rule}]`)} ${style.title(title)}`,
    ...sections.flatMap(([heading, lines]) => ["", style.title(heading), ...lines]),
  ]
    .join("\n")
    .concat("\n");
}

/** Every rule with its line. */
export function rulesText(style: Style): string {
  const width = Math.max(...Object.keys(RULES).map((rule) => rule.length));
  const lines = Object.entries(RULES).map(
    ([rule, { severity, title }]) =>
      `  ${rule.padEnd(width)}  ${style[severity](severity.padEnd("warning".length))}  ${title}`,
  );
  return `${[style.title("Rules"), ...lines, "", "`fence-lockcheck explain RULE` tells all about one"].join("\n")}\n`;
}

function prose(text: string): string[] {
  return text
    .trim()
    .split(/\n\s*\n/)
    .flatMap((paragraph, i) => [...(i > 0 ? [""] : []), ...wrap(paragraph, WIDTH, "  ")]);
}

/** An example, with the lines marked that the other one does not have. */
function example(text: string, other: string, sign: string, mark: (text: string) => string): string[] {
  const lines = text.trim().split("\n");
  const own = linesOnlyIn(lines, other.trim().split("\n"));
  return lines.map((line, i) => (own.has(i) ? mark(`  ${sign} ${line}`) : `    ${line}`));
}

function verbatim(text: string): string[] {
  return text
    .trim()
    .split("\n")
    .map((line) => `    ${line}`.trimEnd());
}

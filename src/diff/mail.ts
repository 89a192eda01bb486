import type { Finding } from "../checks/finding.js";
import { faultLink } from "../report/places.js";
import { wrap } from "../report/wrap.js";
import type { DiffReport } from "./report.js";
import { byDriverAndOp, countsOf, leftOutOf, messageWithin, overlaysOf } from "./words.js";

/** What a mailing list reads without wrapping it. */
const WIDTH = 72;

/** A reply to the list: what the change introduces, by driver and op; what it does to the locks; and where. */
export function mail(diff: DiffReport): string {
  const { base, head, changes, introduced, fixed, unchanged } = diff;
  const does = `Compared with ${base}, ${head} introduces ${countsOf(introduced)} and fixes ${countsOf(fixed)}; ${countsOf(unchanged)} unchanged.`;
  const paragraphs = [
    folded(does),
    outline("It introduces, by driver and op:", introduced),
    outline("It fixes, by driver and op:", fixed),
    list(
      "What is held around the ops, before -> after:",
      changes.map(({ words }) => words),
    ),
    ...detailed("Introduced", introduced),
    ...detailed("Fixed", fixed),
    folded(overlaysOf(diff) ?? ""),
    folded(leftOutOf(diff) ?? ""),
  ];
  return `${paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function outline(title: string, findings: readonly Finding[]): string[] {
  return list(
    title,
    byDriverAndOp(findings).map(({ who, findings: own }) => `${who} (${countsOf(own)})`),
  );
}

function list(title: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [];
  return [...folded(title), ...entries.flatMap((entry) => folded(entry, "  - ", "    "))];
}

/** A paragraph for each driver and op: what happens, and at which line of the kernel. */
function detailed(title: string, findings: readonly Finding[]): string[][] {
  return byDriverAndOp(findings).map(({ who, findings: own }) => [
    ...folded(`${title}: ${who}`),
    ...own.flatMap((finding) => {
      const link = faultLink(finding);
      const at = link?.at === undefined ? "" : `, ${link.at}`;
      const where = link === undefined ? [] : folded(`in ${link.function}()${at}`, "    ");
      return [...folded(`${finding.rule}: ${messageWithin(finding)}`, "  "), ...where];
    }),
  ]);
}

/** Wrapped to the width without exception: a word that is longer than a line is broken. */
function folded(text: string, first = "", rest = first): string[] {
  const room = WIDTH - Math.max(first.length, rest.length);
  const words = text.split(/\s+/).flatMap((word) => word.match(new RegExp(`.{1,${room}}`, "gu")) ?? []);
  return wrap(words.join(" "), WIDTH, first, rest);
}

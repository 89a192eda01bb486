// Findings as tables: a fold for each rule, in it a line for each finding.
import { messageWithin } from "../../dist/diff/words.js";
import { RULES } from "../../dist/index.js";
import { faultLink, placeOf } from "../../dist/report/places.js";
import { code, folded, plural, prose, table } from "./markdown.mjs";

const HEAD = ["driver", "op", "certainty", "locks", "what", "kernel line"];

/**
 * These findings by rule; what is certain first, then by driver.
 * @param reasons by id: what the project's baseline says of a finding
 */
export function byRule(findings, reasons = new Map()) {
  const blocks = Object.keys(RULES).flatMap((rule) => {
    const own = findings.filter((finding) => finding.rule === rule).sort(byDriver);
    if (own.length === 0) return [];
    const common = new Set(own.map(({ id }) => reasons.get(id)));
    const [reason] = common;
    const shared = common.size === 1 && reason !== undefined && own.length > 1;
    const rows = own.map((finding) => row(finding, shared ? undefined : reasons.get(finding.id)));
    const content = `${shared ? `Known: ${prose(reason)}.\n\n` : ""}${table(HEAD, rows)}`;
    return [folded(`<b>${rule}</b>: ${RULES[rule].title} (${own.length})`, content, rows.length)];
  });
  return blocks.join("\n\n");
}

function row(finding, reason) {
  const { drivers, ops, certainty, locks } = finding;
  const link = faultLink(finding);
  return [
    drivers.join(", "),
    ops.map(code).join(", "),
    certainty,
    locks.map(code).join("<br>"),
    `${prose(messageWithin(finding))}${reason === undefined ? "" : `<br>**Known:** ${prose(reason)}`}`,
    link === undefined ? "" : code(placeOf(link)),
  ];
}

const CERTAINTIES = ["definite", "possible", "guarded"];

function byDriver(a, b) {
  return (
    CERTAINTIES.indexOf(a.certainty) - CERTAINTIES.indexOf(b.certainty) ||
    compare(a.drivers.join(), b.drivers.join()) ||
    compare(a.ops.join(), b.ops.join()) ||
    compare(a.locks.join(), b.locks.join()) ||
    compare(a.id, b.id)
  );
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** Those of one severity. */
export const only = (severity, findings) => findings.filter((finding) => finding.severity === severity);

/** `3 errors, 1 warning`: what there is, but for notes. */
export function countsOf(findings) {
  const words = ["error", "warning"].flatMap((severity) => {
    const count = only(severity, findings).length;
    return count === 0 ? [] : [plural(count, severity)];
  });
  return words.length === 0 ? "nothing" : words.join(", ");
}

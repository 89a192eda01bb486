import type { Finding } from "../checks/finding.js";
import { faultLink, placeOf } from "../report/places.js";
import { PLAIN, type Style } from "../report/style.js";
import { oneLine } from "../report/wrap.js";
import type { DiffReport } from "./report.js";
import { summaryOf } from "./words.js";

/** A line a finding, `+` introduced and `-` fixed, and the summary. */
export function compact(diff: DiffReport, style: Style = PLAIN): string {
  const line = (sign: string, finding: Finding) => {
    const { severity, rule, message, id } = finding;
    const link = faultLink(finding);
    const where = link === undefined ? "" : ` ${placeOf(link)}:`;
    return `${sign}${where} ${style[severity](`${severity}[${rule}]`)} ${oneLine(message)} (${id})`;
  };
  const lines = [
    ...diff.introduced.map((finding) => line(style.error("+"), finding)),
    ...diff.fixed.map((finding) => line(style.good("-"), finding)),
    summaryOf(diff),
  ];
  return `${lines.join("\n")}\n`;
}

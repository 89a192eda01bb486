import type { Finding } from "../checks/finding.js";
import type { Mend } from "../checks/mend.js";
import { SEVERITIES } from "../checks/rules.js";
import { inputPlace } from "./places.js";
import type { Style } from "./style.js";
import { plural, some } from "./summary.js";
import { oneLine, wrap } from "./wrap.js";

const WIDTH = 110;

/**
 * The changes that were proved to remove a finding, each with what it breaks; nothing where none was tried.
 * @param most how many of the findings that a change introduces are told
 */
export function mendLines({ mends }: Finding, style: Style, most = 1): string[] {
  if (mends === undefined) return [];
  if (mends.length === 0) return [style.dim("  none of the single changes that were tried removes it")];
  return mends.flatMap((mend, index) => {
    const number = `  ${index + 1}. `;
    const told = mend.introduces.filter(({ severity }) => severity !== "note").slice(0, most);
    return [
      ...wrap(oneLine(mend.change), WIDTH, number, "     "),
      ...wrap(`${placesOf(mend)}: ${effectOf(mend)}`, WIDTH, "     ", "     ").map(style.dim),
      ...told.flatMap(({ severity, rule, message }) =>
        wrap(`${severity}[${rule}] ${oneLine(message)}`, WIDTH, "       ", "         ").map(style.dim),
      ),
    ];
  });
}

function placesOf({ at: places }: Mend): string {
  return some([...new Set(places.map(({ at, manifest }) => at ?? inputPlace(manifest)))], 4);
}

/** `breaks nothing, and mends 14 more`, `breaks 2 errors, 1 note`. */
function effectOf({ introduces, alsoRemoves }: Mend): string {
  const counts = SEVERITIES.flatMap((severity) => {
    const count = introduces.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [plural(count, severity)];
  });
  const broken = counts.length === 0 ? "breaks nothing" : `adds ${counts.join(", ")}`;
  return alsoRemoves.length === 0
    ? broken
    : `${broken}, removes ${plural(alsoRemoves.length, "more finding")}`;
}

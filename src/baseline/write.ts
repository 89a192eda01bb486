import { stringify } from "yaml";
import type { Baseline } from "./baseline.js";

const NOTE = ` Findings that are known and may stay for now. Give each a reason, an owner, a day on which it expires;
 \`fence-lockcheck baseline --update\` keeps what is said here. Comments are not kept.`;

/** The text of a baseline: JSON where the file is named so (the quicker one to read), else YAML. */
export function baselineText({ policy, findings }: Baseline, file: string): string {
  const data = { baseline: 1, policy, findings };
  if (file.endsWith(".json")) return `${JSON.stringify(data, null, 2)}\n`;
  const yaml = stringify(data, { lineWidth: 0, collectionStyle: "any", aliasDuplicateObjects: false });
  return `${NOTE.replaceAll(/^/gm, "#")}\n${yaml}`;
}

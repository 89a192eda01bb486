import type { Style } from "../report/style.js";
import type { DiffReport } from "./report.js";

/** A pure function of the comparison; only the one for terminals looks at the style. */
export type DiffFormat = (diff: DiffReport, style: Style) => string;

interface DiffFormatEntry {
  readonly description: string;
  readonly load: () => Promise<DiffFormat>;
}

/** Every format of a comparison, loaded when it is asked for. */
export const DIFF_FORMATS = {
  text: { description: "for a terminal", load: async () => (await import("./text.js")).text },
  json: {
    description: "the JSON contract, for programs",
    load: async () => (diff) => `${JSON.stringify(diff, null, 2)}\n`,
  },
  markdown: {
    description: "for a merge request",
    load: async () => (await import("./markdown.js")).markdown,
  },
  mail: {
    description: "for a reply on a mailing list: plain, 72 columns",
    load: async () => (await import("./mail.js")).mail,
  },
  compact: { description: "a line a finding", load: async () => (await import("./compact.js")).compact },
} as const satisfies Record<string, DiffFormatEntry>;

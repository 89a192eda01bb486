import type { Report } from "../analysis/report.js";
import type { Style } from "./style.js";

/** A format is a pure function of the report; only the one for terminals looks at the style. */
export type Format = (report: Report, style: Style) => string;

interface FormatEntry {
  readonly description: string;
  readonly load: () => Promise<Format>;
}

/** Every format, loaded when it is asked for. */
export const FORMATS = {
  text: { description: "for a terminal", load: async () => (await import("./text.js")).text },
  json: {
    description: "the JSON contract, for programs",
    load: async () => (await import("./json.js")).json,
  },
} as const satisfies Record<string, FormatEntry>;

export type FormatName = keyof typeof FORMATS;

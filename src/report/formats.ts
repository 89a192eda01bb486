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
  compact: {
    description: "one line a finding, file:line: rule: message",
    load: async () => (await import("./compact.js")).compact,
  },
  lockdep: {
    description: "as the kernel's own reports look",
    load: async () => (await import("./lockdep.js")).lockdep,
  },
  mail: {
    description: "plain text in 72 columns, to reply to a patch with",
    load: async () => (await import("./mail.js")).mail,
  },
  markdown: {
    description: "for a job summary or a comment",
    load: async () => (await import("./markdown.js")).markdown,
  },
  sarif: {
    description: "SARIF 2.1.0, for code scanning",
    load: async () => (await import("./sarif.js")).sarif,
  },
  github: {
    description: "workflow commands, which GitHub shows as annotations",
    load: async () => (await import("./github.js")).github,
  },
  gitlab: {
    description: "GitLab's code quality report",
    load: async () => (await import("./gitlab.js")).gitlab,
  },
  junit: {
    description: "JUnit XML: a testsuite a driver",
    load: async () => (await import("./junit.js")).junit,
  },
} as const satisfies Record<string, FormatEntry>;

export type FormatName = keyof typeof FORMATS;

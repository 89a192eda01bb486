import type { z } from "zod";

/** In words, what the patterns of the languages ask for: nobody reads a regular expression for a message. */
const PATTERNS: Readonly<Record<string, string>> = {
  "/^[^\\s:]+:[1-9][0-9]*$/": "path:line, such as drivers/gpu/drm/msm/msm_fence.c:133, or a bare line",
  "/^[^\\s/:]+$/": "a name without space, slash or colon",
};

/** What an issue asks for, in words; its own where the schema gives them. */
export function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_format":
      return issue.pattern === undefined || !issue.message.includes(issue.pattern)
        ? issue.message
        : `expected ${PATTERNS[issue.pattern] ?? "another form"}`;
    case "too_small":
      return amount(
        issue.origin,
        Number(issue.minimum) + (issue.inclusive === false ? 1 : 0),
        "at least",
        issue.message,
      );
    case "too_big":
      return amount(
        issue.origin,
        Number(issue.maximum) - (issue.inclusive === false ? 1 : 0),
        "at most",
        issue.message,
      );
    default:
      return issue.message;
  }
}

function amount(origin: string, limit: number, word: string, otherwise: string): string {
  switch (origin) {
    case "string":
      return limit === 1 ? "expected some text, found none" : `expected ${word} ${limit} letters`;
    case "array":
    case "set":
      return `expected ${word} ${limit} ${limit === 1 ? "entry" : "entries"}`;
    case "number":
    case "int":
      return `expected a number of ${word} ${limit}`;
    default:
      return otherwise;
  }
}

import type { z } from "zod";
import type { Data } from "./document.js";

/** What a document says it is by its first key, as in `manifest: 1`, and where such a one belongs. */
const LANGUAGES = {
  manifest: "a manifest: it is named among the paths",
  policy: "a policy: --policy names it",
  baseline: "a baseline: --baseline names it",
} as const;
type Language = keyof typeof LANGUAGES;

/** What is wrong with a document that is a right one of another language, in words; nothing where it is none. */
export function otherLanguage(schema: z.ZodType, data: Data): string | undefined {
  const wanted = languages().find((key) => isVersion(shapeOf(schema)[key]));
  const found = languages().find((key) => isNumber(data, key));
  if (wanted === undefined || found === undefined || isNumber(data, wanted)) return undefined;
  return `a ${wanted} is expected, and this is ${LANGUAGES[found]}`;
}

function languages(): Language[] {
  return Object.keys(LANGUAGES) as Language[];
}

function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType | undefined>> {
  return "shape" in schema ? (schema.shape as Record<string, z.ZodType>) : {};
}

/** Other languages have a `policy` too, which names one. */
function isVersion(schema: z.ZodType | undefined): boolean {
  return schema?.def.type === "literal";
}

function isNumber(data: Data, key: Language): boolean {
  return (
    typeof data === "object" &&
    data !== null &&
    key in data &&
    typeof (data as { readonly [key: string]: Data })[key] === "number"
  );
}

import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

const FOLDER = new URL("../../fixtures/history/", import.meta.url);

const words = z.array(z.string());
const expected = z.strictObject({
  rule: z.string(),
  certainty: z.enum(["definite", "possible"]),
  locks: words,
  ops: words,
  drivers: words,
});

/** case.yaml: what happened, and what must be told of it. */
const caseSchema = z.strictObject({
  case: z.string(),
  title: z.string(),
  story: z.string(),
  fix: z.strictObject({
    commit: z.string().optional(),
    subject: z.string(),
    how: z.string(),
    cve: z.string().optional(),
    source: z.string().optional(),
  }),
  before: z.string().optional(),
  after: z.string().optional(),
  note: z.string().optional(),
  policy: z.string(),
  /** All errors of before.yaml. */
  expect: z.array(expected).min(1),
  /** States on the way to the fix, each with all its errors. */
  between: z.array(z.strictObject({ file: z.string(), expect: z.array(expected) })).default([]),
  /** What must be told of no state: a finding that has all of this. */
  never: z.array(z.strictObject({ rule: z.string().optional(), drivers: words.optional() })).default([]),
  /** Policies under which before.yaml has no error. */
  clean_under: words.default([]),
});

export type Expected = z.infer<typeof expected>;
export type Case = z.infer<typeof caseSchema> & { readonly folder: string };

/** The real deadlocks under fixtures/history, one a folder. */
export const CASES: readonly Case[] = readdirSync(FOLDER)
  .sort()
  .map((folder) => ({ folder, ...caseSchema.parse(parse(readCase(folder, "case.yaml"))) }));

export function readCase(folder: string, file: string): string {
  return readFileSync(new URL(`${folder}/${file}`, FOLDER), "utf8");
}

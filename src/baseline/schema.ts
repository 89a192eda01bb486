import { z } from "zod";
import { RULES, SEVERITIES } from "../checks/rules.js";
import { isDay } from "./baseline.js";

const name = z.string().min(1);

const entry = z
  .strictObject({
    id: name.describe("The finding's fingerprint"),
    rule: z.enum(Object.keys(RULES)),
    severity: z
      .enum(SEVERITIES)
      .optional()
      .describe(
        "How severe it was when the entry was written, an error if left out: it covers nothing worse",
      ),
    drivers: z.array(name),
    what: name.describe("What it is, for readers"),
    reason: name.describe("Why it may stay for now"),
    owner: name.optional().describe("Who sees to it"),
    expires: z
      .string()
      .refine(isDay, "expected a day, as YYYY-MM-DD")
      .optional()
      .describe("The last day on which it may stay"),
  })
  .meta({ id: "knownFinding", description: "A finding that is known and may stay for now" });

/** `fence-lockcheck-baseline.yaml`: the findings that are known. */
export const baselineSchema = z
  .strictObject({
    baseline: z.literal(1).describe("The version of this format"),
    policy: name.describe("The policy under which they were found"),
    findings: z.array(entry).superRefine((entries, context) => {
      // What a merge leaves behind.
      entries.forEach(({ id }, index) => {
        if (entries.findIndex((other) => other.id === id) < index)
          context.addIssue({ code: "custom", path: [index, "id"], message: `${id} is listed twice` });
      });
    }),
  })
  .meta({ title: "fence-lockcheck baseline, version 1", description: "The findings that are known" });

import { z } from "zod";
import { RULES, SEVERITIES } from "../checks/rules.js";
import { OPS } from "../manifest/words.js";
import { IGNORE_CRITERIA } from "./config.js";

const name = z.string().min(1);
const rules = Object.keys(RULES);
const severity = z.enum([...SEVERITIES, "off"]).optional();

const ignore = z
  .strictObject({
    rule: z.enum(rules).optional(),
    driver: name.optional().describe("One of the finding's drivers"),
    op: z.enum(OPS).optional().describe("One of the finding's ops"),
    lock: name.optional().describe("One of the finding's lock classes"),
    id: name.optional().describe("The finding's fingerprint"),
    reason: name.describe("Why it does not matter"),
  })
  .refine((entry) => IGNORE_CRITERIA.some((key) => entry[key] !== undefined), {
    message: `what to ignore? Give at least one of ${IGNORE_CRITERIA.join(", ")}`,
    // A key that is misspelt is told as such, and only as such.
    when: ({ issues }) => issues.length === 0,
  });

/** `fence-lockcheck.yaml`: what a project sets for every run. */
export const configSchema = z
  .strictObject({
    policy: name.optional().describe("The framework's locking rules: a name, or a file relative to this one"),
    manifests: z
      .union([name, z.array(name)])
      .optional()
      .describe("What is analysed where no path is given, relative to this file"),
    baseline: name.optional().describe("The known findings, relative to this file"),
    severities: z
      .strictObject(Object.fromEntries(rules.map((rule) => [rule, severity])))
      .optional()
      .describe("Rules that weigh more or less here"),
    ignore: z.array(ignore).optional().describe("Findings to leave out: all that is said must apply"),
  })
  .meta({ title: "fence-lockcheck configuration", description: "What a project sets for every run" });

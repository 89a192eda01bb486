import { z } from "zod";
import { declared, lockDeclaration, STEP_SCHEMAS } from "../manifest/schema.js";
import { CONTEXTS, OPS } from "../manifest/words.js";

/** The policy language, version 1: the manifest's steps, and the two that only the framework has. */

const name = z.string().min(1);
const extras = { at: declared.at, note: name.optional(), when: name.optional(), expr: name.optional() };

const steps: z.ZodType = z.lazy(() => z.array(policyStep));

// biome-ignore lint/suspicious/noThenProperty: a key of the language, in a schema that nobody awaits
const opStep = z.strictObject({ op: z.enum(OPS), then: steps.optional(), else: steps.optional(), ...extras });
const callbacksStep = z.strictObject({ callbacks: z.literal(true), ...extras });

export const POLICY_STEP_SCHEMAS = {
  ...STEP_SCHEMAS,
  lock: STEP_SCHEMAS.lock.extend({ steps: steps.optional() }),
  either: STEP_SCHEMAS.either.extend({ either: z.array(steps).min(1) }),
  op: opStep,
  callbacks: callbacksStep,
} as const;

const policyStep = z.union(Object.values(POLICY_STEP_SCHEMAS));

const whatIf = z.partialRecord(z.enum(OPS), z.array(name).min(1));

export const policySchema = z.strictObject({
  policy: z.literal(1),
  name: z.string().regex(/^[^\s/:]+$/, "a policy's name has no space, slash or colon"),
  title: name.optional(),
  source: name.optional(),
  note: name.optional(),
  file: name.optional(),
  extends: name.optional(),
  functions: z
    .record(
      name,
      z.strictObject({
        ...declared,
        contexts: z.array(z.enum(CONTEXTS)).optional(),
        steps: steps.optional(),
        leaves_held: z.array(name).optional(),
        returns_if_signaled: z.boolean().optional(),
      }),
    )
    .optional(),
  locks: z.record(name, lockDeclaration).optional(),
  order: z.array(z.array(name).min(2)).optional(),
  hold: whatIf.optional(),
  drop: whatIf.optional(),
  overlays: z.array(name).optional(),
});

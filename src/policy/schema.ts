import { z } from "zod";
import { declared, lockDeclaration, lockShape, STEP_SCHEMAS, stepExtras } from "../manifest/schema.js";
import { CONTEXTS, OPS } from "../manifest/words.js";

/** The policy language, version 1: the manifest's steps, and the two that only the framework has. */

const name = z.string().min(1);

const steps: z.ZodType = z
  .lazy(() => z.array(policyStep))
  .meta({ id: "policySteps", description: "Steps, run in order" });

const opStep = z
  .strictObject({
    op: z.enum(OPS).describe("The op to call"),
    // biome-ignore lint/suspicious/noThenProperty: a key of the language, in a schema that nobody awaits
    then: steps.optional().describe("Run after the op, only where the fence sets it"),
    before: steps.optional().describe("Run before the op, only where the fence sets it"),
    else: steps.optional().describe("Run where the fence does not set the op"),
    ...stepExtras,
  })
  .meta({ id: "opStep", description: "Calls an op of the fence at hand" });

const callbacksStep = z
  .strictObject({ callbacks: z.literal(true).describe("Always true"), ...stepExtras })
  .meta({ id: "callbacksStep", description: "Runs the callbacks of the fence at hand: it has signalled" });

export const POLICY_STEP_SCHEMAS = {
  ...STEP_SCHEMAS,
  lock: z
    .strictObject({ ...lockShape, steps: steps.optional().describe("Held for these"), ...stepExtras })
    .meta({ id: "policyLockStep", description: "Takes a lock" }),
  either: z
    .strictObject({ either: z.array(steps).min(1).describe("The branches"), ...stepExtras })
    .meta({ id: "policyEitherStep", description: "Alternatives: each branch is taken on its own" }),
  op: opStep,
  callbacks: callbacksStep,
} as const;

const policyStep = z.union(Object.values(POLICY_STEP_SCHEMAS)).meta({ id: "policyStep" });

const functionDeclaration = z
  .strictObject({
    ...declared,
    contexts: z
      .array(z.enum(CONTEXTS))
      .optional()
      .describe(
        "Where a consumer of any fence may call it (default: process); []: only a fence's owner does",
      ),
    steps: steps.optional(),
    leaves_held: z.array(name).optional().describe("Locks it returns with"),
    returns_if_signaled: z.boolean().optional().describe("Does nothing about a fence that has signalled"),
  })
  .meta({ id: "policyFunction", description: "A function of the framework, by its kernel name" });

const policyLock = lockDeclaration
  .extend({
    each: z
      .literal("fence")
      .optional()
      .describe(
        "It lies in every fence, as the fence lock does: those of one dma_fence_ops table are a class",
      ),
  })
  .meta({ id: "policyLock", description: "A lock class of the framework" });

const whatIf = (description: string) =>
  z.partialRecord(z.enum(OPS), z.array(name).min(1)).describe(description);

export const policySchema = z
  .strictObject({
    policy: z.literal(1).describe("The version of the policy language"),
    name: z
      .string()
      .regex(/^[^\s/:]+$/, "a policy's name has no space, slash or colon")
      .describe("The policy's name, as reports give it"),
    title: name.optional().describe("One line: what it describes"),
    source: name.optional().describe("What it rests on: a kernel tree, a mail"),
    note: declared.note,
    file: declared.file,
    extends: name.optional().describe("A policy, by name or file, of which this one replaces or adds parts"),
    functions: z
      .record(name, functionDeclaration)
      .optional()
      .describe("The framework's functions; each replaces the one of that name in what the policy extends"),
    locks: z.record(name, policyLock).optional().describe("The framework's locks, usable in any manifest"),
    order: z
      .array(z.array(name).min(2))
      .optional()
      .describe("Documented lock orders, each with the outermost lock first"),
    hold: whatIf("What if: by op, locks to take around each of its calls").optional(),
    drop: whatIf("What if: by op, locks to let go around each of its calls").optional(),
    overlays: z
      .array(name)
      .optional()
      .describe(
        "Files of manifests, relative to this one, each in the place of the manifest of its driver, or (`overlay: true`) of parts of it",
      ),
  })
  .meta({
    title: "fence-lockcheck policy, version 1",
    description: "The locks that the framework holds when it calls fence ops and callbacks",
  });

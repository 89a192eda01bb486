import { z } from "zod";
import { CONTEXTS, FREED_BY, LOCK_KINDS, MODES, OPS, SCOPES } from "./words.js";

/** The manifest language, version 1, as zod schemas: validation and the published JSON Schema both come from here. */

const name = z.string().min(1);
export const at = z
  .union([z.int().positive(), z.string().regex(/^[^\s:]+:[1-9][0-9]*$/)])
  .describe("path:line, or a line of the enclosing `file`");

/** What any step, op, path, function, lock or fence may carry. */
export const declared = {
  at: at.optional(),
  note: name.optional(),
  file: name.optional(),
  function: name.optional(),
};
const stepExtras = { at: at.optional(), note: name.optional(), when: name.optional(), expr: name.optional() };
const on = { on: name.optional() };

const steps: z.ZodType = z.lazy(() => z.array(manifestStep)).describe("steps, in order");

const lockStep = z.strictObject({
  lock: name.describe("acquires this class; fence.lock is the lock of the fence at hand"),
  mode: z.enum(MODES).optional(),
  irq: z.enum(["save", "off"]).optional(),
  bh: z.boolean().optional(),
  try: z.boolean().optional(),
  subclass: z.int().min(0).max(7).optional(),
  nest: name.optional(),
  ...on,
  steps: z.lazy(() => steps).optional(),
  ...stepExtras,
});
const unlockStep = z.strictObject({ unlock: name, ...on, ...stepExtras });
const callStep = z.strictObject({ call: name, ...on, keeps: name.optional(), ...stepExtras });
const deferStep = z.strictObject({ defer: name, ...stepExtras });
const syncStep = z.strictObject({ sync: name, ...stepExtras });
const waitStep = z.strictObject({ wait: name, ...on, ...stepExtras });
const completeStep = z.strictObject({ complete: name, ...stepExtras });
const sleepStep = z.strictObject({ sleep: name, alloc: name.optional(), ...stepExtras });
const allocStep = z.strictObject({ alloc: name, ...stepExtras });
const needsStep = z.strictObject({ needs: name, ...on, ...stepExtras });
const eitherStep = z.strictObject({ either: z.array(z.lazy(() => steps)).min(1), ...stepExtras });
const unknownStep = z.strictObject({ unknown: name, ...stepExtras });

/** Steps by the key that makes them what they are; `sleep` before `alloc`, which may stand beside it. */
export const STEP_SCHEMAS = {
  lock: lockStep,
  unlock: unlockStep,
  call: callStep,
  defer: deferStep,
  sync: syncStep,
  wait: waitStep,
  complete: completeStep,
  sleep: sleepStep,
  alloc: allocStep,
  needs: needsStep,
  either: eitherStep,
  unknown: unknownStep,
} as const;

const manifestStep = z.union(Object.values(STEP_SCHEMAS));

export const lockDeclaration = z.strictObject({
  kind: z.enum(LOCK_KINDS),
  scope: z.enum(SCOPES).optional(),
  lockdep: name.optional(),
  expr: name.optional(),
  ...declared,
});

const targets = z.union([
  z.enum(["any", "all"]),
  z.array(name).min(1),
  z.strictObject({
    to: z.union([z.enum(["any", "all"]), z.array(name).min(1)]),
    except: z.array(name).optional(),
  }),
]);

const link = z.strictObject({
  to: z.union([z.enum(["any", "all"]), name, z.array(name).min(1)]),
  except: z.array(name).optional(),
  ...declared,
});

const op = z.union([
  z.array(name).describe("short form: takes these locks in this order, nested"),
  z.strictObject({
    ...declared,
    steps: steps.optional(),
    returns: z.strictObject({ points_to: name, freed_by: z.enum(FREED_BY).optional() }).optional(),
  }),
]);

const data = z.strictObject({
  object: name,
  freed_by: z.enum(FREED_BY),
  used_by: z.array(z.enum(OPS)),
  ...declared,
});

const fence = z.strictObject({
  table: name.optional(),
  lock: name.optional(),
  lock_at: at.optional(),
  container: z.boolean().optional(),
  signaled: z.boolean().optional(),
  private: z.boolean().optional(),
  ops: z.partialRecord(z.enum(OPS), op).optional(),
  links: z.record(name, link).optional(),
  data: z.array(data).optional(),
  ...declared,
});

const contexts = z.union([z.enum(CONTEXTS), z.array(z.enum(CONTEXTS))]);

const path = z.union([
  z.array(name).describe("short form: takes these locks in this order, nested"),
  z.strictObject({
    ...declared,
    context: contexts.optional(),
    steps: steps.optional(),
    queue: name.optional(),
    fence: name.optional(),
  }),
]);

const functionDeclaration = z.union([
  z.array(name).describe("short form: takes these locks in this order, nested"),
  z.strictObject({ ...declared, steps: steps.optional(), leaves_held: z.array(name).optional() }),
]);

const callback = z.strictObject({
  ...declared,
  attached_to: targets,
  steps: steps.optional(),
  fence: name.optional(),
});

export const manifestSchema = z.strictObject({
  manifest: z.literal(1),
  driver: z.string().regex(/^[^\s/:]+$/, "a driver's name has no space, slash or colon"),
  source: name.optional(),
  file: name.optional(),
  note: name.optional(),
  locks: z.record(name, lockDeclaration).optional(),
  fences: z.record(z.string().regex(/^[^\s/:]+$/), fence).optional(),
  functions: z.record(name, functionDeclaration).optional(),
  paths: z.record(name, path).optional(),
  callbacks: z.record(name, callback).optional(),
});

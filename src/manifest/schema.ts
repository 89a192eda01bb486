import { z } from "zod";
import { CONTEXTS, FREED_BY, LOCK_KINDS, MODES, OPS, SCOPES } from "./words.js";

/**
 * The manifest language, version 1, as zod schemas: validation and the published JSON Schema both come from here.
 * Descriptions are what editors show; an `id` makes a definition of its own in the JSON Schema.
 */

const name = z.string().min(1);
const described = (description: string) => name.describe(description);

export const at = z
  .union([z.int().positive(), z.string().regex(/^[^\s:]+:[1-9][0-9]*$/)])
  .meta({ id: "at", description: "The kernel line: path:line, or a bare line of the enclosing `file`" });
const note = name.meta({ id: "note", description: "Anything a reader should know; has no effect" });
const fileName = name.meta({
  id: "file",
  description: "The kernel file that bare lines of `at` are in, from here down",
});
const functionName = name.meta({
  id: "function",
  description: "The C function's name, where the key is not it",
});
const when = name.meta({ id: "when", description: "Why this happens only sometimes; findings repeat it" });
const expr = name.meta({
  id: "expr",
  description: "Text that stands on the line of `at`, where it does not name the lock or function itself",
});
const onWhich = name.meta({
  id: "on",
  description:
    "Which fence: self (default), signaled (in a callback), a link's name, a fence's name (another instance), any, plain (any that is no container)",
});

/** What any step, op, path, function, lock or fence may carry. */
export const declared = {
  at: at.optional(),
  note: note.optional(),
  file: fileName.optional(),
  function: functionName.optional(),
};
export const stepExtras = {
  at: at.optional(),
  note: note.optional(),
  when: when.optional(),
  expr: expr.optional(),
};
const on = { on: onWhich.optional() };

const steps: z.ZodType = z
  .lazy(() => z.array(manifestStep))
  .meta({ id: "steps", description: "Steps, run in order" });

/** A JSON Schema definition of its own for each kind of step. */
const step = <T extends z.ZodRawShape>(kind: string, description: string, shape: T) =>
  z.strictObject({ ...shape, ...stepExtras }).meta({ id: `${kind}Step`, description });

export const lockShape = {
  lock: described(
    "The lock class to take; fence.lock is the lock of the fence at hand, whatever class it is",
  ),
  mode: z.enum(MODES).optional().describe("write (default), read, or recursive-read (readers in interrupts)"),
  irq: z
    .enum(["save", "off"])
    .optional()
    .describe("Hardirqs disabled until it is released: save as spin_lock_irqsave(), off as spin_lock_irq()"),
  bh: z.boolean().optional().describe("Softirqs disabled until it is released: spin_lock_bh()"),
  try: z.boolean().optional().describe("A trylock: never waits"),
  subclass: z.int().min(0).max(7).optional().describe("As in spin_lock_nested(): another class to lockdep"),
  nest: described("The nest_lock under which several of one class may be held").optional(),
  ...on,
  steps: steps
    .optional()
    .describe("Held for these; without them, until the matching `unlock` or the end of the list"),
};

/** Steps by the key that makes them what they are; `sleep` before `alloc`, which may stand beside it. */
export const STEP_SCHEMAS = {
  lock: step("lock", "Takes a lock", lockShape),
  unlock: step("unlock", "Releases a lock", { unlock: described("The lock class to release"), ...on }),
  call: step("call", "Calls a function", {
    call: described("A function of this manifest, `driver:function`, or one of the policy's"),
    ...on,
    keeps: described(
      "A fence to which a reference is held across the call: no put within is its last",
    ).optional(),
  }),
  defer: step("defer", "Has a path run later, in its own context (irq_work, work, timer)", {
    defer: described("The path; nothing that is held here carries over to it"),
  }),
  sync: step(
    "sync",
    "Waits until a path is not running (del_timer_sync(), cancel_work_sync()), or for a grace period",
    {
      sync: described("The path to wait for; for a grace period rcu, or a lock class of the kind srcu"),
    },
  ),
  wait: step("wait", "Sleeps until something happens", {
    wait: described("fence, or a completion"),
    ...on,
  }),
  complete: step("complete", "Makes a completion happen", { complete: described("The completion") }),
  sleep: step("sleep", "May sleep", {
    sleep: described("Why: runtime-PM get, copy_from_user(), ..."),
    alloc: described("The allocation's flags, joined by |; GFP_KERNEL also enters fs_reclaim").optional(),
  }),
  alloc: step("alloc", "Allocates memory", {
    alloc: described("The flags, joined by |; GFP_KERNEL may sleep and enters fs_reclaim"),
  }),
  needs: step("needs", "Relies on a lock that is held already (lockdep_assert_held())", {
    needs: described("The lock class that has to be held here"),
    ...on,
  }),
  either: step("either", "Alternatives: each branch is taken on its own", {
    either: z.array(steps).min(1).describe("The branches, each a list of steps"),
  }),
  unknown: step("unknown", "Code that could not be followed", { unknown: described("Why") }),
} as const;

const manifestStep = z.union(Object.values(STEP_SCHEMAS)).meta({ id: "step" });

export const lockDeclaration = z
  .strictObject({
    kind: z.enum(LOCK_KINDS).describe("What it is in C; completion is only waited for"),
    scope: z
      .enum(SCOPES)
      .optional()
      .describe(
        "How many instances share one lock: one of each fence, context, device (default), or one in all",
      ),
    lockdep: described("What lockdep calls it: the expression given to its init, &obj->lock").optional(),
    expr: expr.optional(),
    ...declared,
  })
  .meta({ id: "lock", description: "A lock class" });

const fenceNames = z.array(name).min(1);
const targets = z
  .union([
    z.enum(["any", "all"]),
    fenceNames,
    z.strictObject({ to: z.union([z.enum(["any", "all"]), fenceNames]), except: z.array(name).optional() }),
  ])
  .meta({
    id: "targets",
    description: "any (that is handed out), all, or fences as driver/fence; {to, except} leaves some out",
  });

const link = z
  .strictObject({
    to: z
      .union([z.enum(["any", "all"]), name, fenceNames])
      .describe(
        "What fences it can stand for: any (that is handed out), all, driver/fence, or a list of these",
      ),
    except: z.array(name).optional().describe("Fences it cannot stand for; containers means all of them"),
    ...declared,
  })
  .meta({ id: "link", description: "Another fence that this one refers to" });

const shortForm = z
  .array(name)
  .meta({ id: "shortForm", description: "Short form: takes these locks in this order, nested" });

const returns = z
  .strictObject({
    points_to: described("What the pointer leads to: rodata, or the object it lies in"),
    freed_by: z.enum(FREED_BY).optional().describe("How that is freed"),
  })
  .meta({ id: "returns", description: "What the op returns, if it is not a scalar" });

const op = z
  .union([shortForm, z.strictObject({ ...declared, steps: steps.optional(), returns: returns.optional() })])
  .meta({ id: "op" });

const data = z
  .strictObject({
    object: described("The object, as its C type"),
    freed_by: z.enum(FREED_BY).describe("How it is freed"),
    used_by: z.array(z.enum(OPS)).describe("The ops that dereference it"),
    fence: z.boolean().optional().describe("It is the fence's own memory"),
    ...declared,
  })
  .meta({ id: "data", description: "Something outside the fence that its ops dereference" });

const fence = z
  .strictObject({
    table: described("The dma_fence_ops table").optional(),
    lock: described(
      "The lock class given to dma_fence_init(); left out: a lock of its own, inline",
    ).optional(),
    lock_at: at.optional().describe("Where dma_fence_init() gets it"),
    container: z
      .boolean()
      .optional()
      .describe("dma_fence_array and dma_fence_chain: calls into member fences"),
    signaled: z
      .boolean()
      .optional()
      .describe("Signalled from its birth on: nothing is ever installed on it, or asked of it"),
    private: z
      .boolean()
      .optional()
      .describe(
        "Never handed out: its owner's framework alone uses it, in process context, and `any` is not it",
      ),
    ops: z.partialRecord(z.enum(OPS), op).optional().describe("The ops that the table sets"),
    links: z.record(name, link).optional().describe("Other fences it refers to, by the name that `on` uses"),
    data: z.array(data).optional().describe("What its ops dereference outside the fence"),
    ...declared,
  })
  .meta({ id: "fence", description: "One implementation of dma_fence_ops" });

const contexts = z
  .union([z.enum(CONTEXTS), z.array(z.enum(CONTEXTS)).min(1)])
  .meta({ id: "contexts", description: "Where it runs (default: process)" });

const whoseFence = described("The fence at hand, where the manifest has several").optional();

const path = z
  .union([
    shortForm,
    z.strictObject({
      ...declared,
      context: contexts.optional(),
      steps: steps.optional(),
      queue: described("An ordered queue: its paths run one after the other").optional(),
      fence: whoseFence,
    }),
  ])
  .meta({
    id: "path",
    description: "Code that is entered from outside: interrupt handler, ioctl, timer, work",
  });

const functionDeclaration = z
  .union([
    shortForm,
    z.strictObject({
      ...declared,
      steps: steps.optional(),
      leaves_held: z.array(name).optional().describe("Locks it returns with"),
    }),
  ])
  .meta({ id: "functionBody", description: "A function that other steps call" });

const callback = z
  .strictObject({
    ...declared,
    attached_to: targets,
    steps: steps.optional(),
    fence: described("Whose fence `self` is, where the manifest has several").optional(),
  })
  .meta({
    id: "callback",
    description: "A dma_fence_cb function: runs when a fence signals, under its lock",
  });

export const manifestSchema = z
  .strictObject({
    manifest: z.literal(1).describe("The version of the manifest language"),
    driver: z
      .string()
      .regex(/^[^\s/:]+$/, "a driver's name has no space, slash or colon")
      .describe("The driver's name, as findings give it"),
    source: described("The kernel tree that every `at` points into").optional(),
    file: fileName.optional(),
    note: note.optional(),
    overlay: z
      .boolean()
      .optional()
      .describe(
        "In a policy's overlay: what it names replaces that of the driver's own manifest, the rest stays",
      ),
    locks: z
      .record(name, lockDeclaration)
      .optional()
      .describe("Lock classes: struct.field, or the name of a global"),
    fences: z
      .record(z.string().regex(/^[^\s/:]+$/), fence)
      .optional()
      .describe("Its implementations of dma_fence_ops, by a short name"),
    functions: z.record(name, functionDeclaration).optional().describe("Functions that steps call"),
    paths: z.record(name, path).optional().describe("Other code of the driver that takes locks"),
    callbacks: z.record(name, callback).optional().describe("Its dma_fence_cb functions"),
  })
  .meta({
    title: "fence-lockcheck manifest, version 1",
    description: "What a driver's fences and paths lock",
  });

import { z } from "zod";
import { MEND_KINDS } from "../checks/mend.js";
import { CONTEXTS, LOCK_KINDS } from "../manifest/words.js";

/** The JSON contract `fence-lockcheck/report/1` as a zod schema: the published JSON Schema comes from here. */

const names = z.array(z.string());
const count = z.int().min(0);
const severity = z.enum(["error", "warning", "note"]);
const rule = z.enum([
  "self-deadlock",
  "lock-order",
  "irq-inconsistent",
  "irq-inversion",
  "wait-context",
  "fence-wait",
  "missing-lock",
  "declared-order",
  "unbalanced",
  "unprotected-return",
  "no-grace-period",
  "callback-under-lock",
]);

const chainLink = z
  .object({
    function: z.string(),
    action: z.string().describe("What happens there: lock X, call f, op set_deadline"),
    at: z.string().optional().describe("The kernel line, path:line, where the input tells it"),
    manifest: z
      .object({ file: z.string(), line: count, column: count })
      .describe("The line of the manifest or policy that says so"),
    when: z.string().optional().describe("Why only sometimes"),
  })
  .meta({ id: "chainLink", description: "One link of the chain from an entry point to an acquisition" });

const dependency = z
  .object({
    from: z.string().describe("The lock class that is held"),
    to: z.string().describe("The lock class that is acquired"),
    kind: z
      .enum(["EN", "ER", "SN", "SR"])
      .describe("Exclusive or Shared holder, Recursive-read or Not acquirer"),
    held: z.int().optional().describe("Where `from` was taken, as an index into the chain"),
    evidence: z.object({
      entry: z.string().describe("The entry point"),
      context: z.enum(CONTEXTS),
      chain: z.array(chainLink),
    }),
  })
  .meta({ id: "dependency", description: "A lock class that is held while another is acquired" });

const mend = z
  .object({
    kind: z.enum(MEND_KINDS),
    change: z.string().describe("What to do"),
    at: z.array(
      z.object({
        function: z.string().describe("The function, or the fence, that changes"),
        at: z.string().optional().describe("The kernel line, path:line, where the input tells it"),
        manifest: z.object({ file: z.string(), line: count, column: count }),
      }),
    ),
    removes: z.literal(true),
    introduces: z
      .array(z.object({ id: z.string(), rule, severity, message: z.string() }))
      .describe("The findings that were not there without the change"),
    alsoRemoves: names.describe("The other findings that it removes, by id"),
  })
  .meta({ id: "mend", description: "A change after which the finding is gone, tried by analysing again" });

const finding = z
  .object({
    id: z.string().describe("A fingerprint of rule, canonical cycle, fences and ops: no line numbers"),
    rule,
    severity,
    certainty: z
      .enum(["definite", "possible", "guarded"])
      .describe("The same instance on one thread; needs several threads; all of it under one common lock"),
    message: z.string(),
    help: z.string().describe("What would mend it"),
    when: names.describe("Why only sometimes"),
    drivers: names,
    fences: names.describe("As driver/fence"),
    ops: names,
    calls: names.describe("The ops at fault, each with its fence: driver/fence.op"),
    holds: names.describe("The ops that are called under a lock by a what-if, each as driver/fence.op"),
    locks: names,
    dependencies: z.array(dependency),
    schedule: z
      .array(z.object({ cpu: count, steps: names.describe("By time; empty where another CPU moves") }))
      .describe("An order of events that gets stuck, a column a CPU"),
    gate: z.string().optional().describe("The lock that guards a guarded finding"),
    alsoFrom: names.optional().describe("Other entry points that lead to the same problem"),
    known: z
      .object({
        reason: z.string(),
        owner: z.string().optional(),
        expires: z.string().optional().describe("The last day, as YYYY-MM-DD"),
      })
      .optional()
      .describe("It stands in the baseline that was given: why it may stay for now"),
    mends: z.array(mend).optional().describe("With --mend: what removes it, best first"),
  })
  .meta({ id: "finding", description: "One problem, with its rule, severity, certainty and evidence" });

export const reportSchema = z
  .object({
    schema: z.literal("fence-lockcheck/report/1"),
    tool: z.object({ name: z.literal("fence-lockcheck"), version: z.string() }),
    policy: z.object({
      name: z.string(),
      file: z.string(),
      title: z.string().optional(),
      source: z.string().optional(),
      hold: names.optional().describe("What-ifs, as the command line writes them: set_deadline=fence.lock"),
      drop: names.optional().describe("What-ifs, as the command line writes them"),
      overlays: names.optional().describe("The drivers that are analysed as the policy's overlays have them"),
    }),
    manifests: z
      .array(z.object({ driver: z.string(), file: z.string() }))
      .describe("What was analysed, with or without findings"),
    summary: z.object({
      manifests: count,
      drivers: count,
      fences: count,
      lockClasses: count,
      dependencies: count,
      error: count,
      warning: count,
      note: count,
      known: count
        .optional()
        .describe("Findings that stand in the baseline: among `findings`, not among the counts above"),
      ignored: count.optional().describe("What the configuration left out: not among `findings`"),
    }),
    findings: z.array(finding),
    leftOut: z
      .object({
        components: count.describe("Components with more cycles than are listed"),
        locks: count.describe("The lock classes in them"),
        dependencies: count.describe("Dependencies on some cycle of theirs for which none is shown"),
      })
      .optional()
      .describe("What a bounded report leaves out"),
    lockdepNames: z
      .record(z.string(), z.string())
      .describe("By lock class, what lockdep prints for it, where that is another name"),
    lockKinds: z
      .record(z.string(), z.enum(LOCK_KINDS))
      .describe("By lock class that some finding is about, what kind of lock it is"),
    lockUsage: z
      .record(z.string(), z.string().regex(/^[-+?.]{4}$/))
      .optional()
      .describe(
        "By lock class or subclass that some finding is about, how it is used, as lockdep prints it: hardirq, hardirq read, softirq, softirq read; - taken in it, + with it enabled, ? both, . neither",
      ),
  })
  .meta({ title: "fence-lockcheck report, version 1", description: "What one analysis tells" });

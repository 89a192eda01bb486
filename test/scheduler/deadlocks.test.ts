import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/index.js";
import { callingPrograms, findingsOf, flatPrograms, type Program } from "./programs.js";
import { explore, replay, type Turn } from "./scheduler.js";

const EVERY_KIND = ["spinlock", "mutex", "rwlock", "rwsem"];
const SPIN_LOCKS = ["spinlock"];

const reportsDeadlock = (findings: readonly Finding[]) =>
  findings.some(
    ({ rule, certainty }) => ["self-deadlock", "lock-order"].includes(rule) && certainty !== "guarded",
  );

describe("where some interleaving of threads deadlocks, a deadlock is reported", () => {
  it.each([
    ["that release in any order", flatPrograms(EVERY_KIND, true)],
    ["that call functions", callingPrograms(EVERY_KIND)],
  ])("threads %s", (_, programs) => {
    fc.assert(
      fc.property(programs, (program) => {
        fc.pre(explore(program.threads) !== undefined);
        expect(reportsDeadlock(findingsOf(program))).toBe(true);
      }),
      { numRuns: 400, maxSkipsPerRun: 50 },
    );
  });
});

const threadOf = (entry: string) => Number(/^thread_(\d)$/.exec(entry)?.[1]);

/** What two threads deadlock on, and what one does alone. */
const reachable = (findings: readonly Finding[]) =>
  findings.filter(
    ({ rule, certainty, dependencies }) =>
      (rule === "lock-order" && certainty === "possible" && dependencies.length === 2) ||
      (rule === "self-deadlock" && certainty === "definite"),
  );

describe("where a deadlock of spin locks is reported", () => {
  it.each([
    ["that release in any order", flatPrograms(SPIN_LOCKS, true)],
    ["that call functions", callingPrograms(SPIN_LOCKS)],
  ])("the paths of its evidence really deadlock: threads %s", (_, programs) => {
    fc.assert(
      fc.property(programs, (program) => {
        const findings = reachable(findingsOf(program));
        fc.pre(findings.length > 0);
        for (const { dependencies } of findings) {
          const threads = dependencies.map(({ evidence }) => program.threads[threadOf(evidence.entry)]);
          expect(explore(threads)).toBeDefined();
        }
      }),
      { numRuns: 400, maxSkipsPerRun: 50 },
    );
  });

  it("its schedule leads there", () => {
    fc.assert(
      fc.property(flatPrograms(SPIN_LOCKS, false), (program) => {
        const findings = reachable(findingsOf(program));
        fc.pre(findings.length > 0);
        for (const finding of findings) expect(playedBack(program, finding)).toBe("stuck");
      }),
      { numRuns: 400, maxSkipsPerRun: 50 },
    );
  });
});

/** Runs the rows of a schedule, each CPU on the path of its own dependency. */
function playedBack(program: Program, { schedule, dependencies }: Finding): string {
  const threads = dependencies.map(({ evidence }) => program.threads[threadOf(evidence.entry)]);
  const places = dependencies.map(({ held = 0, evidence: { chain } }) =>
    [chain[held], chain[chain.length - 1]].map(
      ({ manifest }) => program.steps.get(manifest.line)?.step ?? -1,
    ),
  );
  const rows = [...schedule[0].steps.keys()];
  const turns: Turn[] = rows.flatMap((row) =>
    schedule.flatMap(({ cpu, steps }) => {
      if (steps[row] === "") return [];
      const isSecond = steps.slice(0, row).some((step) => step !== "");
      return [{ thread: cpu, through: places[cpu][isSecond ? 1 : 0] }];
    }),
  );
  const stuck = replay(threads, turns);
  return stuck.length === threads.length ? "stuck" : "all got through";
}

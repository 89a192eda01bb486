import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyze, type Finding, parseManifests, parsePolicy } from "../../src/index.js";
import { type Acquire, deadlocks, holdings, type Mode, type Thread, type ThreadStep } from "./scheduler.js";

const KINDS = {
  A: "spinlock",
  B: "spinlock",
  C: "spinlock",
  D: "spinlock",
  m: "mutex",
  n: "mutex",
  r: "rwlock",
  s: "rwlock",
};
const isReadable = (lock: string) => lock === "r" || lock === "s";
const POLICY = parsePolicy("policy: 1\nname: none\n", "policy.yaml");

/** The line of a step in the text of `manifestText`. */
const lineOf = (thread: number, step: number) => 20 * (thread + 1) + step;

/** Each thread a path, each step on a line of its own, which tells it again in the findings. */
function manifestText(threads: readonly Thread[]): string {
  const locks = Object.fromEntries(
    Object.entries(KINDS).map(([name, kind]) => [name, { kind, scope: "global" }]),
  );
  const lines = [`{"manifest": 1, "driver": "d", "locks": ${JSON.stringify(locks)}, "paths": {`];
  threads.forEach((thread, i) => {
    lines.push(`${i === 0 ? "" : ", "}"thread${i}": {"context": "process", "steps": [`);
    while (lines.length < lineOf(i, 0) - 1) lines.push("");
    thread.forEach((step, j) => {
      const written = "acquire" in step ? { lock: step.acquire, mode: step.mode } : { unlock: step.release };
      lines.push(`${j === 0 ? "" : ", "}${JSON.stringify(written)}`);
    });
    lines.push("]}");
  });
  return [...lines, "}}"].join("\n");
}

const findings = (threads: readonly Thread[]): readonly Finding[] =>
  analyze({ manifests: parseManifests(manifestText(threads), "threads.json"), policy: POLICY }).findings;

interface Choice {
  readonly release: boolean;
  readonly lock: string;
  readonly mode: Mode;
  readonly which: number;
}

/** A thread from choices: releases of what is held only, and in the end all is released. */
function threadOf(choices: readonly Choice[], again: boolean): Thread {
  const steps: ThreadStep[] = [];
  const held: Acquire[] = [];
  const release = (index: number) => {
    const last = held.findLastIndex(({ acquire }) => acquire === held[index].acquire);
    steps.push({ release: held[last].acquire });
    held.splice(last, 1);
  };
  for (const { release: up, lock, mode, which } of choices) {
    if (up && held.length > 0) release(which % held.length);
    else if (again || !held.some(({ acquire }) => acquire === lock)) {
      const taken: Acquire = { acquire: lock, mode: isReadable(lock) ? mode : "write" };
      steps.push(taken);
      held.push(taken);
    }
  }
  while (held.length > 0) release(held.length - 1);
  return steps;
}

const thread = (locks: readonly string[], maxLength: number, again: boolean) =>
  fc
    .array(
      fc.record({
        release: fc.nat(2).map((n) => n === 0),
        lock: fc.constantFrom(...locks),
        mode: fc.constantFrom<Mode>("write", "read", "recursive-read"),
        which: fc.nat(3),
      }),
      { minLength: 2, maxLength },
    )
    .map((choices) => threadOf(choices, again));

/** A thread that takes some locks, each within the one before. */
const nested = (locks: readonly string[]) =>
  fc.shuffledSubarray([...locks], { minLength: 2 }).map((order) => threadWith(...order.map(write)));

const write = (acquire: string): Acquire => ({ acquire, mode: "write" });
const read = (acquire: string): Acquire => ({ acquire, mode: "read" });
const recursive = (acquire: string): Acquire => ({ acquire, mode: "recursive-read" });

describe("the scheduler", () => {
  it("gets two threads stuck that take two locks both ways round, and not where they agree", () => {
    expect(deadlocks([threadWith(write("A"), write("B")), threadWith(write("B"), write("A"))])).toEqual([
      [1, 1],
    ]);
    expect(deadlocks([threadWith(write("A"), write("B")), threadWith(write("A"), write("B"))])).toEqual([]);
  });

  it("lets a recursive reader past a waiting writer, and no other", () => {
    const writer = threadWith(write("r"));
    expect(deadlocks([threadWith(read("r"), read("r")), writer])).toEqual([[1, 0]]);
    expect(deadlocks([threadWith(read("r"), recursive("r")), writer])).toEqual([]);
    expect(deadlocks([threadWith(read("r"), read("r"))])).toEqual([]);
  });

  it("has a thread wait for itself", () => {
    expect(deadlocks([threadWith(write("A"), write("A"))])).toEqual([[1]]);
    expect(deadlocks([threadWith(read("r"), write("r"))])).toEqual([[1]]);
    expect(deadlocks([threadWith(write("r"), recursive("r"))])).toEqual([[1]]);
  });
});

function threadWith(...acquires: Acquire[]): Thread {
  return [...acquires, ...acquires.map(({ acquire }) => ({ release: acquire })).reverse()];
}

describe("the checker against every schedule", () => {
  const mixes: readonly (readonly string[])[] = [
    ["A", "B", "C"],
    ["A", "m", "n"],
    ["r", "s"],
    ["A", "m", "r"],
  ];
  for (const locks of mixes) {
    it(`reports what gets threads over ${locks.join(", ")} stuck`, () => {
      let stuck = 0;
      fc.assert(
        fc.property(fc.array(thread(locks, 5, true), { minLength: 1, maxLength: 3 }), (threads) => {
          if (deadlocks(threads).length === 0) return;
          stuck++;
          const told = findings(threads).filter(({ certainty }) => certainty !== "guarded");
          expect(told.map(({ rule }) => rule)).toSatisfy((rules: string[]) =>
            rules.some((rule) => rule === "self-deadlock" || rule === "lock-order"),
          );
        }),
        { numRuns: 250 },
      );
      expect(stuck).toBeGreaterThan(5);
    });

    it(`reports a lock order where threads over ${locks.join(", ")}, none of which waits for itself, get stuck`, () => {
      let stuck = 0;
      fc.assert(
        fc.property(fc.array(thread(locks, 6, false), { minLength: 2, maxLength: 3 }), (threads) => {
          if (deadlocks(threads).length === 0) return;
          stuck++;
          const told = findings(threads).filter(({ certainty }) => certainty !== "guarded");
          expect(told.map(({ rule }) => rule)).toContain("lock-order");
        }),
        { numRuns: 250 },
      );
      expect(stuck).toBeGreaterThan(5);
    });
  }
});

/** A thread of a finding's evidence: its steps, and which of them take the dependency's locks. */
interface Column {
  readonly thread: Thread;
  readonly first: number;
  readonly second: number;
}

function columnsOf({ dependencies }: Finding, threads: readonly Thread[]): Column[] {
  return dependencies.map(({ held, evidence: { entry, chain } }) => {
    const index = Number(entry.replace("thread", ""));
    const stepAt = (link: number) => chain[link].manifest.line - lineOf(index, 0);
    return { thread: threads[index], first: stepAt(held ?? -1), second: stepAt(chain.length - 1) };
  });
}

/** Whether these threads can get stuck, each with its first lock held and not yet with its second. */
const getsStuck = (columns: readonly Column[]) =>
  deadlocks(columns.map(({ thread }) => thread)).some((stuck) =>
    stuck.every((at, i) => {
      const { thread, first, second } = columns[i];
      const step = thread[first];
      return at > first && at <= second && "acquire" in step && holdings(thread)[at].includes(step);
    }),
  );

describe("the schedule of a lock order", () => {
  const circles = (threads: readonly Thread[]) =>
    findings(threads).filter(
      ({ rule, certainty, dependencies }) =>
        rule === "lock-order" && certainty !== "guarded" && dependencies.length === 2,
    );

  it("tells the acquisitions of its evidence, the first ones before the second ones", () => {
    let told = 0;
    fc.assert(
      fc.property(fc.array(thread(["A", "B", "C"], 6, false), { minLength: 1, maxLength: 3 }), (threads) => {
        for (const finding of circles(threads)) {
          told++;
          const columns = columnsOf(finding, threads);
          expect(finding.schedule.map(({ cpu }) => cpu)).toEqual([0, 1]);
          const call = (column: number, step: "first" | "second") => {
            const taken = columns[column].thread[columns[column][step]];
            return "acquire" in taken ? `lock(${taken.acquire});` : "";
          };
          expect(finding.schedule[0].steps).toEqual([call(0, "first"), "", call(0, "second"), ""]);
          expect(finding.schedule[1].steps).toEqual(["", call(1, "first"), "", call(1, "second")]);
        }
      }),
      { numRuns: 250 },
    );
    expect(told).toBeGreaterThan(5);
  });

  // What a thread held and let go before, which may keep it from getting there, is beyond lockdep and this checker.
  it("gets the threads of its evidence stuck, however many ways there are to make its dependencies", () => {
    let told = 0;
    fc.assert(
      fc.property(fc.array(nested(["A", "B", "C", "D"]), { minLength: 1, maxLength: 4 }), (threads) => {
        for (const finding of circles(threads)) {
          told++;
          expect(getsStuck(columnsOf(finding, threads))).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
    expect(told).toBeGreaterThan(5);
  });

  it("shows the two threads that no gate keeps apart, where others take the same locks under one", () => {
    const threads = [
      threadWith(write("C"), write("A"), write("B")),
      threadWith(write("C"), write("B"), write("A")),
      threadWith(write("B"), write("A")),
    ];
    const [finding] = circles(threads);
    expect(finding.dependencies.map(({ evidence }) => evidence.entry)).toEqual(["thread0", "thread2"]);
    expect(getsStuck(columnsOf(finding, threads))).toBe(true);
  });

  it("gets two runs of one path stuck that takes both ways round", () => {
    const threads = [
      [write("A"), write("B"), { release: "B" }, { release: "A" }, ...threadWith(write("B"), write("A"))],
    ];
    const [finding, ...others] = circles(threads);
    expect(others).toEqual([]);
    expect(finding.dependencies.map(({ evidence }) => evidence.entry)).toEqual(["thread0", "thread0"]);
    expect(getsStuck(columnsOf(finding, threads))).toBe(true);
  });
});

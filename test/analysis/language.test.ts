import { describe, expect, it } from "vitest";
import { InputError } from "../../src/index.js";
import { driver, errors, FRAMEWORK, findings, named } from "./language.js";

/** The errors of a driver without fences that has these paths, each a list of steps or more. */
const paths = (body: string) => errors(driver(`paths:\n${body}`));

/** A path that takes b and then a: what takes a and then b contradicts it. */
const REVERSED = "  reversed: {steps: [{lock: b, steps: [{lock: a, steps: []}]}]}\n";
const CONTRADICTS = ["lock-order a b"];

describe("lock and unlock", () => {
  it.each([
    ["holds it for its steps", "[{lock: a, steps: [{lock: b, steps: []}]}]", CONTRADICTS],
    ["holds it for its steps alone", "[{lock: a, steps: []}, {lock: b, steps: []}]", []],
    ["without steps holds it to the end of the list", "[{lock: a}, {lock: b}]", CONTRADICTS],
    ["without steps holds it until it is unlocked", "[{lock: a}, {unlock: a}, {lock: b}]", []],
    ["in an inner list is let go at its end", "[{either: [[{lock: a}]]}, {lock: b}]", []],
    ["with steps may be unlocked among them", "[{lock: a, steps: [{unlock: a}, {lock: b}]}]", []],
  ])("%s", (_, steps, told) => {
    expect(paths(`  p: {steps: ${steps}}\n${REVERSED}`)).toEqual(told);
  });

  it("in any order: hand over hand, c is taken under b, not under a", () => {
    const reversed = "  reversed: {steps: [{lock: c, steps: [{lock: a, steps: []}]}]}\n";
    const start = "{lock: a}, {lock: b},";
    expect(paths(`  p: {steps: [${start} {unlock: a}, {lock: c}, {unlock: b}]}\n${reversed}`)).toEqual([
      "lock-order a b c",
    ]);
    expect(paths(`  p: {steps: [${start} {lock: c}, {unlock: a}, {unlock: b}]}\n${reversed}`)).toEqual([
      "lock-order a c",
    ]);
  });

  it("of what is not held is unbalanced", () => {
    expect(paths("  p: {steps: [{unlock: a}]}")).toEqual(["unbalanced a"]);
  });

  it("again, of what is held, deadlocks", () => {
    expect(paths("  p: {steps: [{lock: a}, {lock: a}]}")).toEqual(["self-deadlock a"]);
  });
});

describe("functions", () => {
  const calls = (functions: string, steps: string) =>
    errors(driver(`functions:\n${functions}\npaths:\n  p: {steps: ${steps}}\n${REVERSED}`));

  it("let go what they take, unless they leave it held", () => {
    const steps = "[{call: f}, {lock: b}]";
    expect(calls("  f: {steps: [{lock: a}]}", steps)).toEqual([]);
    expect(calls("  f: {leaves_held: [a], steps: [{lock: a}]}", steps)).toEqual(CONTRADICTS);
    expect(
      calls("  f: {leaves_held: [a], steps: [{lock: a}]}", "[{call: f}, {unlock: a}, {lock: b}]"),
    ).toEqual([]);
  });

  it("that do not leave held what they say are unbalanced", () => {
    expect(calls("  f: {leaves_held: [a], steps: [{lock: b, steps: []}]}", "[{call: f}]")).toEqual([
      "unbalanced a",
    ]);
  });

  it("may release what their caller holds, and take it again", () => {
    const drops = "  f: {steps: [{unlock: a}]}";
    expect(calls(drops, "[{lock: a}, {call: f}, {lock: b}]")).toEqual([]);
    const retakes = "  f: {leaves_held: [a], steps: [{unlock: a}, {lock: b, steps: []}, {lock: a}]}";
    expect(calls(retakes, "[{lock: a}, {call: f}]")).toEqual([]);
    expect(calls(retakes, "[{lock: a, steps: [{call: f}]}, {lock: b}]")).toEqual([]);
    expect(calls(retakes, "[{lock: a}, {call: f}, {lock: b}]")).toEqual(CONTRADICTS);
  });

  it("may call each other in a chain longer than the stack is deep", () => {
    const length = 4000;
    const chain = Array.from(
      { length },
      (_, i) => `  f${i}: {steps: [{lock: grace, steps: [{call: f${i + 1}}]}]}`,
    ).join("\n");
    const told = calls(`${chain}\n  f${length}: {steps: [{lock: b, steps: []}]}`, "[{lock: a}, {call: f0}]");
    expect(told).toEqual(CONTRADICTS);
  });

  it("may let their caller's lock go and call each other twice each, or in a circle", () => {
    const length = 40;
    const retakes = (then: string) => `leaves_held: [a], steps: [{unlock: a}, {lock: a}, ${then}]`;
    const twice = Array.from(
      { length },
      (_, i) => `  f${i}: {${retakes(`{call: f${i + 1}}, {call: f${i + 1}}`)}}`,
    );
    const last = (then: string) => `${twice.join("\n")}\n  f${length}: {${then}}`;
    expect(calls(last("steps: [{lock: b, steps: []}]"), "[{lock: a}, {call: f0}]")).toEqual(CONTRADICTS);
    expect(calls(last("steps: [{unlock: a}]"), "[{lock: a}, {call: f0}]")).toContain("unbalanced a");
    const circle = `  f: {${retakes("{call: g}")}}\n  g: {${retakes("{call: f}")}}`;
    expect(calls(circle, "[{lock: a}, {call: f}]")).toEqual([]);
  });

  it("may release what their caller's caller holds", () => {
    const steps = "[{lock: a}, {call: g}, {lock: a, steps: []}]";
    const either = "  f: {steps: [{either: [[{unlock: a}], [{unlock: a}]]}]}\n  g: {steps: [{call: f}]}";
    expect(calls(either, steps)).toEqual([]);
    const swap =
      "  f: {leaves_held: [b], steps: [{lock: b}, {unlock: a}]}\n  g: {steps: [{call: f}, {unlock: b}]}";
    expect(errors(driver(`functions:\n${swap}\npaths:\n  p: {steps: ${steps}}`))).toEqual([]);
    const twice = "  f: {steps: [{unlock: a}]}\n  h: {steps: [{call: f}]}\n  g: {steps: [{call: h}]}";
    expect(calls(twice, steps)).toEqual([]);
  });

  it("that let go what they have taken themselves let nothing of their caller's go", () => {
    const own = "  f: {steps: [{lock: a, steps: [{either: [[{unlock: a}, {lock: a}], []]}]}]}";
    expect(calls(own, "[{lock: a}, {call: f}]")).toEqual(["self-deadlock a"]);
  });

  it("take their locks under their caller's, through any number of calls", () => {
    const functions =
      "  f: {steps: [{call: g}]}\n  g: {steps: [{call: h}]}\n  h: {steps: [{lock: b, steps: []}]}";
    expect(calls(functions, "[{lock: a, steps: [{call: f}]}]")).toEqual(CONTRADICTS);
  });

  it("may call themselves", () => {
    expect(
      calls("  f: {steps: [{lock: b, steps: []}, {call: f}]}", "[{lock: a, steps: [{call: f}]}]"),
    ).toEqual(CONTRADICTS);
  });

  it("of another driver are called by its name", () => {
    const other =
      "\n---\nmanifest: 1\ndriver: other\nlocks: {x: {kind: spinlock}}\nfunctions: {f: {steps: [{lock: x, steps: []}]}}";
    expect(
      errors(
        driver(
          `paths: {p: {context: hardirq, steps: [{call: "other:f"}]}, q: {steps: [{call: "other:f"}]}}`,
        ) + other,
      ),
    ).toEqual(["irq-inconsistent x"]);
    expect(() => errors(driver(`paths: {p: {steps: [{call: "other:g"}]}}`) + other)).toThrow(InputError);
  });
});

describe("either", () => {
  it("tells apart what disables softirqs from what does not", () => {
    const takes = (branches: string) =>
      errors(
        driver(`functions:
  take: {leaves_held: [a], steps: [{either: ${branches}}]}
paths:
  soft: {context: softirq, steps: [{lock: a, steps: []}]}
  p: {steps: [{lock: b, bh: true}, {call: take}, {unlock: b}]}`),
      );
    expect(takes("[[{lock: a, bh: true}]]")).toEqual([]);
    expect(takes("[[{lock: a, bh: true}], [{lock: a}]]")).toEqual(["irq-inconsistent a"]);
  });

  it.each([
    ["takes each branch on its own", "[{either: [[{lock: a}, {unlock: a}], [{lock: b}]]}]", []],
    ["takes every branch", "[{either: [[{lock: c}], [{lock: a}, {lock: b}]]}]", CONTRADICTS],
    ["goes on from each", "[{lock: a}, {either: [[{unlock: a}], []]}, {lock: b}]", CONTRADICTS],
    [
      "goes on from none that is not there",
      "[{lock: a}, {either: [[{unlock: a}], [{unlock: a}]]}, {lock: b}]",
      [],
    ],
  ])("%s", (_, steps, told) => {
    expect(paths(`  p: {steps: ${steps}}\n${REVERSED}`)).toEqual(told);
  });
});

describe("defer", () => {
  const deferred = "  work: {steps: [{lock: b, steps: []}]}\n";

  it("carries nothing over that is held, unlike a call", () => {
    expect(paths(`  p: {steps: [{lock: a, steps: [{defer: work}]}]}\n${deferred}${REVERSED}`)).toEqual([]);
  });

  it("needs a path of that name", () => {
    expect(() => paths(`  p: {steps: [{defer: wrok}]}\n${deferred}`)).toThrow(InputError);
  });
});

describe("waits", () => {
  const work = (steps: string, more = "") => `  work: {${more}steps: ${steps}}\n`;

  it("sync waits for a path, which may need what the waiter holds", () => {
    const waiter = "  p: {steps: [{lock: m, steps: [{sync: work}]}]}\n";
    expect(paths(waiter + work("[{lock: m, steps: []}]"))).toEqual(["fence-wait m run(d:work)"]);
    expect(paths(waiter + work("[{lock: n, steps: []}]"))).toEqual([]);
    expect(
      paths(`  p: {steps: [{lock: m, steps: []}, {sync: work}]}\n${work("[{lock: m, steps: []}]")}`),
    ).toEqual([]);
  });

  it("queue: whoever waits for one waits for those before it", () => {
    const waiter = "  p: {steps: [{lock: m, steps: [{sync: work}]}]}\n";
    const other = (queue: string) => `  other: {queue: ${queue}, steps: [{lock: m, steps: []}]}\n`;
    expect(paths(waiter + work("[]", "queue: wq, ") + other("wq"))).toEqual(["fence-wait m queue(d:wq)"]);
    expect(paths(waiter + work("[]", "queue: wq, ") + other("another"))).toEqual([]);
  });

  it("sync: rcu waits for a grace period: it sleeps", () => {
    expect(paths("  p: {steps: [{lock: a, steps: [{sync: rcu}]}]}")).toEqual(["wait-context a"]);
    expect(paths("  p: {steps: [{lock: m, steps: [{sync: rcu}]}]}")).toEqual([]);
  });

  it("wait for a completion sleeps", () => {
    expect(paths("  p: {context: hardirq, steps: [{wait: done}]}")).toEqual(["wait-context"]);
  });

  it.each(["done", "not_declared"])("whoever completes %s may need what the waiter holds", (what) => {
    const waiter = `  p: {steps: [{lock: m, steps: [{wait: ${what}}]}]}\n`;
    const [told, ...more] = paths(waiter + work(`[{lock: m, steps: []}, {complete: ${what}}]`));
    expect(told).toMatch(/^fence-wait .*\bm\b/);
    expect(more).toEqual([]);
    expect(paths(waiter + work(`[{complete: ${what}}, {lock: m, steps: []}]`))).toEqual([]);
    expect(paths(waiter + work(`[{lock: n, steps: []}, {complete: ${what}}]`))).toEqual([]);
  });

  it("is no error where another path completes it without", () => {
    const waiter = "  p: {steps: [{lock: m, steps: [{wait: done}]}]}\n";
    const other = "  irq: {context: hardirq, steps: [{complete: done}]}\n";
    const text = waiter + work("[{lock: m, steps: []}, {complete: done}]");
    expect(paths(text)).toEqual(["fence-wait done m"]);
    const [note, ...more] = findings(driver(`paths:\n${text}${other}`));
    expect([note.severity, more]).toEqual(["note", []]);
    expect(note.message).toMatch(/; irq\(\) signals it without$/);
  });

  it.each([
    ["in itself", "  work: {steps: [{sync: work}]}\n"],
    ["in a function of its own", "  work: {steps: [{call: outer}]}\n"],
  ])("nobody waits for a path %s", (_, text) => {
    const functions = "functions:\n  outer: {steps: [{call: inner}]}\n  inner: {steps: [{sync: work}]}\n";
    const found = findings(driver(`${functions}paths:\n${text}`));
    expect(named(found)).toEqual(["fence-wait run(d:work)"]);
    expect(found[0].message).toMatch(/waits for work\(\) to end, in work\(\) itself$/);
  });

  it("sync of another path of the same queue is no wait for oneself: cancel_work_sync() takes it out", () => {
    expect(paths(`${work("[{sync: next}]", "queue: wq, ")}  next: {queue: wq, steps: []}\n`)).toEqual([]);
  });

  it.each(["done", "not_declared"])("nobody waits for %s that only he completes", (what) => {
    const own = `  p: {steps: [{wait: ${what}}, {complete: ${what}}]}\n`;
    expect(paths(own)).toHaveLength(1);
    expect(paths(own)[0]).toMatch(/^fence-wait /);
    expect(paths(own + work(`[{complete: ${what}}]`))).toEqual([]);
    expect(paths(`  p: {steps: [{complete: ${what}}, {wait: ${what}}]}\n`)).toEqual([]);
  });

  it("nothing but a completion or a fence is waited for", () => {
    expect(() => paths("  p: {steps: [{wait: m}]}")).toThrow(InputError);
  });
});

describe("sleep", () => {
  it.each([
    ["[{sleep: why}]", "process", []],
    ["[{lock: m, steps: [{sleep: why}]}]", "process", []],
    ["[{lock: a, steps: [{sleep: why}]}]", "process", ["wait-context a"]],
    ["[{lock: a, steps: [{lock: m, steps: []}]}]", "process", ["wait-context a m"]],
    ["[{sleep: why}]", "softirq", ["wait-context"]],
    ["[{sleep: why}]", "hardirq", ["wait-context"]],
    ["[{lock: a, steps: [{alloc: GFP_KERNEL}]}]", "process", ["wait-context a"]],
    ["[{lock: a, steps: [{sleep: why, alloc: GFP_KERNEL}]}]", "process", ["wait-context a"]],
    ["[{lock: a, steps: [{call: tries}]}]", "process", ["wait-context a"]],
    ["[{lock: a, steps: [{call: takes}]}]", "process", ["wait-context a m"]],
    ["[{lock: a, steps: [{alloc: GFP_ATOMIC}]}]", "process", []],
    ["[{lock: a, steps: [{alloc: GFP_NOWAIT}]}]", "process", []],
    ["[{alloc: GFP_ATOMIC | __GFP_NOWARN}]", "softirq", []],
    ["[{alloc: GFP_NOFS}]", "softirq", ["wait-context"]],
  ])("%s in %s context", (steps, context, told) => {
    const functions = `functions:
  tries: {steps: [{lock: m, try: true, steps: [{sleep: why}]}]}
  takes: {steps: [{lock: m, steps: [{sleep: why}]}]}`;
    expect(errors(driver(`${functions}\npaths:\n  p: {context: ${context}, steps: ${steps}}`))).toEqual(told);
  });

  it("in a callback is one problem, whatever other fences there are", () => {
    const sleeps = "callbacks: {cb: {attached_to: any, steps: [{sleep: why}]}}";
    const found = (text: string) =>
      findings(text, FRAMEWORK)
        .filter(({ rule }) => rule === "wait-context")
        .map(({ id }) => id);
    const own = driver(
      `fences: {f: {lock: b}}\npaths: {p: {fence: f, steps: [{call: dma_fence_signal}]}}\n${sleeps}`,
    );
    const other =
      "manifest: 1\ndriver: a\nlocks: {o: {kind: spinlock}}\nfences: {f: {lock: o}}\npaths: {p: {fence: f, steps: [{call: dma_fence_signal}]}}\n";
    const alone = found(own);
    expect(alone).toHaveLength(1);
    const among = found(`${other}---\n${own}`);
    expect(among).toEqual(alone);
  });
});

describe("alloc", () => {
  const reclaims = (flags: string) =>
    errors(
      driver(`paths:
  shrink: {steps: [{lock: fs_reclaim, steps: [{lock: m, steps: []}]}]}
  p: {steps: [{lock: m, steps: [{alloc: "${flags}"}]}]}`),
      "policy: 1\nname: p\nlocks: {fs_reclaim: {kind: map, scope: global}}\n",
    );

  it.each([
    "GFP_KERNEL",
    "GFP_KERNEL | __GFP_ZERO",
    "GFP_KERNEL_ACCOUNT",
    "GFP_HIGHUSER|__GFP_NOWARN|__GFP_RETRY_MAYFAIL",
  ])("%s enters fs_reclaim", (flags) => {
    expect(reclaims(flags)).toEqual(["lock-order fs_reclaim m"]);
  });

  it.each(["GFP_NOFS", "GFP_NOIO", "GFP_ATOMIC", "GFP_NOWAIT | __GFP_ZERO", "GFP_KERNEL | __GFP_NOLOCKDEP"])(
    "%s does not",
    (flags) => {
      expect(reclaims(flags)).toEqual([]);
    },
  );

  it("knows its flags: a misspelt one would not enter fs_reclaim", () => {
    expect(() => reclaims("GFP_KERNAL")).toThrow(
      /unknown allocation flag "GFP_KERNAL" \(did you mean GFP_KERNEL\?\)/,
    );
  });
});

describe("what the kernel has no function for", () => {
  it.each([
    ["{lock: m, mode: read}", '"m" is a mutex, which is never taken for read'],
    ["{lock: a, mode: recursive-read}", '"a" is a spinlock, which is never taken for recursive-read'],
    ["{lock: m, irq: save}", '"m" is a mutex: taking it disables no interrupts'],
    ["{lock: m, bh: true}", '"m" is a mutex: taking it disables no interrupts'],
  ])("is refused, for it would hide a deadlock: %s", (step, message) => {
    expect(() => paths(`  p: {steps: [${step}]}`)).toThrow(message);
  });

  it("a fence's lock that is no spinlock, a path that runs in no context", () => {
    expect(() => findings(driver("fences: {f: {lock: m}}"))).toThrow(
      '"m" is a mutex: a fence\'s lock is a spinlock',
    );
    expect(() => paths("  p: {context: [], steps: []}")).toThrow(InputError);
  });

  it("a completion that is nearly another's name is a slip", () => {
    const slip =
      "  p: {steps: [{lock: m, steps: [{wait: finnished}]}]}\n  q: {steps: [{complete: finished}]}\n";
    expect(() => paths(slip)).toThrow(/nothing completes "finnished" \(did you mean finished\?\)/);
    expect(() => paths("  q: {steps: [{complete: dnoe}]}\n")).toThrow(
      /nothing waits for "dnoe" \(did you mean done\?\)/,
    );
    for (const [waited, completed] of [
      ["something_else", "finished"],
      ["ring0_done", "ring1_done"],
      ["a1", "a2"],
      ["done", "reset_done"],
    ])
      expect(paths(`  p: {steps: [{wait: ${waited}}]}\n  q: {steps: [{complete: ${completed}}]}\n`)).toEqual(
        [],
      );
  });
});

describe("needs", () => {
  it("is missed by each caller that does not hold the lock: a new one is another problem", () => {
    const helper = "functions:\n  f: {steps: [{needs: a}]}\n";
    const ids = (text: string) => findings(driver(`${helper}paths:\n${text}`)).map(({ id }) => id);
    const one = ids("  p: {steps: [{call: f}]}\n");
    expect(one).toHaveLength(1);
    const two = ids(
      "  p: {steps: [{call: f}]}\n  q: {steps: [{call: f}]}\n  r: {steps: [{lock: a}, {call: f}]}\n",
    );
    expect(two).toHaveLength(2);
    expect(two).toContain(one[0]);
    const [own] = findings(driver("paths: {p: {steps: [{needs: a}]}}"));
    expect(own.message).toBe("d: p() relies on a, which is not held there");
  });

  it("is met by whoever holds the lock, the caller too", () => {
    const needy = (steps: string) =>
      errors(driver(`functions: {f: {steps: [{needs: a}]}}\npaths: {p: {steps: ${steps}}}`));
    expect(needy("[{call: f}]")).toEqual(["missing-lock a"]);
    expect(needy("[{lock: b, steps: [{call: f}]}]")).toEqual(["missing-lock a"]);
    expect(needy("[{lock: a, steps: [{call: f}]}]")).toEqual([]);
    expect(needy("[{lock: a, steps: [{call: f}]}, {call: f}]")).toEqual(["missing-lock a"]);
  });
});

describe("classes", () => {
  it("subclass makes another class", () => {
    const nested = "  p: {steps: [{lock: a, steps: [{lock: a, subclass: 1, steps: []}]}]}\n";
    expect(paths(nested)).toEqual([]);
    expect(paths(`${nested}  q: {steps: [{lock: a, subclass: 1, steps: [{lock: a, steps: []}]}]}`)).toEqual([
      "lock-order a a/1",
    ]);
  });

  it("nest allows two of a class under a lock that is held", () => {
    const two = "{lock: a, steps: [{lock: a, nest: m, steps: []}]}";
    expect(paths(`  p: {steps: [{lock: m, steps: [${two}]}]}`)).toEqual([]);
    expect(paths(`  p: {steps: [${two}]}`)).toEqual(["missing-lock m", "self-deadlock a"]);
  });

  it("srcu readers order nothing", () => {
    expect(
      paths(
        "  p: {steps: [{lock: grace, steps: [{lock: m, steps: []}]}]}\n  q: {steps: [{lock: m, steps: [{lock: grace, steps: []}]}]}",
      ),
    ).toEqual([]);
  });

  it("srcu readers are in the way of who waits for their domain, with what they need held", () => {
    const reader = "  r: {steps: [{lock: grace, steps: [{lock: m, steps: []}]}]}\n";
    expect(paths(`${reader}  w: {steps: [{lock: m, steps: [{sync: grace}]}]}\n`)).toEqual([
      "lock-order grace m",
    ]);
    expect(paths(`${reader}  w: {steps: [{lock: m, steps: []}, {sync: grace}]}\n`)).toEqual([]);
    expect(
      paths(
        "  r: {steps: [{lock: grace, steps: [{lock: grace, steps: []}]}]}\n  w: {steps: [{sync: grace}]}\n",
      ),
    ).toEqual([]);
    expect(paths("  w: {steps: [{lock: grace, steps: [{sync: grace}]}]}\n")).toEqual(["self-deadlock grace"]);
    expect(
      paths("  irq: {context: hardirq, steps: [{lock: grace, steps: []}]}\n  w: {steps: [{sync: grace}]}\n"),
    ).toEqual([]);
  });

  it("a cycle under one lock, as wide in scope as the others, is a note that names it", () => {
    const under = (outer: string, inner: string) =>
      `{steps: [{lock: m, steps: [{lock: ${outer}, steps: [{lock: ${inner}, steps: []}]}]}]}`;
    const [found, ...more] = findings(driver(`paths: {p: ${under("a", "b")}, q: ${under("b", "a")}}`));
    expect(found).toMatchObject({ rule: "lock-order", severity: "note", certainty: "guarded", gate: "m" });
    expect(more).toEqual([]);
  });

  /** A path that takes some locks, each within the one before. */
  const nested = (...locks: string[]): string =>
    locks.reduceRight((inner, lock) => `[{lock: ${lock}, steps: ${inner}}]`, "[]");
  const cycles = (...ways: string[][]) =>
    findings(driver(`paths: {${ways.map((locks, i) => `p${i}: {steps: ${nested(...locks)}}`).join(", ")}}`))
      .filter(({ rule }) => rule === "lock-order")
      .map(({ certainty, gate, locks }) => [certainty, gate, locks.join(" ")].join(" "));

  it.each([
    ["{kind: mutex}", "write", "note"],
    ["{kind: local_lock}", "write", "error"],
    ["{kind: seqlock}", "write", "note"],
    ["{kind: seqlock}", "read", "error"],
  ])("a lock of %s taken for %s guards, or not, what is taken under it: %s", (lock, mode, severity) => {
    const under = (first: string, second: string, how: string) =>
      `{steps: [{lock: gate, mode: ${how}, steps: [{lock: ${first}, steps: [{lock: ${second}, steps: []}]}]}]}`;
    const text = `manifest: 1
driver: d
locks: {gate: ${lock}, a: {kind: spinlock}, b: {kind: spinlock}}
paths:
  p: ${under("a", "b", mode)}
  q: ${under("b", "a", "write")}
`;
    const cycle = findings(text).find(({ rule }) => rule === "lock-order");
    expect(cycle?.severity).toBe(severity);
  });

  it("a cycle is guarded by several locks, too, where any two of its threads share one", () => {
    expect(cycles(["m", "a", "b"], ["n", "a", "b"], ["m", "n", "b", "a"])).toEqual(["guarded m and n a b"]);
  });

  it("a cycle is not guarded by a lock that one of its threads can do without", () => {
    expect(cycles(["m", "a", "b"], ["m", "b", "a"], ["b", "a"])).toEqual(["possible  a b"]);
  });

  it("a guarded cycle does not stand for a longer one that other threads get stuck in", () => {
    expect(cycles(["m", "a", "b", "c"], ["m", "c", "a"], ["a", "b"], ["b", "c"]).sort()).toEqual([
      "guarded m a c",
      "possible  a b c",
    ]);
  });

  it("a function that takes a class in several ways makes a dependency of each kind", () => {
    expect(
      errors(
        driver(`functions: {f: {steps: [{lock: rw, mode: recursive-read, steps: []}, {lock: rw, steps: []}]}}
paths:
  p: {steps: [{lock: a, steps: [{call: f}]}]}
  q: {steps: [{lock: rw, mode: read, steps: [{lock: a, steps: []}]}]}`),
      ),
    ).toEqual(["lock-order a rw"]);
  });

  it("a gate between the two locks of a dependency guards nothing", () => {
    expect(cycles(["a", "m", "b"], ["m", "b", "a"])).toContain("possible  a b");
  });

  it("scope: a lock there is only one of is the same wherever it is taken", () => {
    const twice = (scope: string) =>
      findings(
        `manifest: 1\ndriver: d\nlocks: {x: {kind: spinlock, scope: ${scope}}}\nfences: {f: {lock: x}, g: {lock: x}}\npaths: {p: {steps: [{lock: fence.lock, on: f, steps: [{lock: fence.lock, on: any, steps: []}]}]}}`,
      );
    expect(new Set(twice("global").map(({ certainty }) => certainty))).toEqual(new Set(["definite"]));
    expect(new Set(twice("device").map(({ certainty }) => certainty))).toEqual(new Set(["possible"]));
  });
});

describe("nest", () => {
  const many = "functions:\n  many: {steps: [{lock: n, nest: m}, {lock: n, nest: m}]}\n";
  const under = "  under: {steps: [{lock: m, steps: [{call: many}]}]}\n";

  it("may be held by whoever calls", () => {
    expect(errors(driver(`${many}paths:\n${under}`))).toEqual([]);
  });

  it("serialises nothing on a way on which it is not held, whoever else holds it", () => {
    const without = errors(driver(`${many}paths:\n${under}  without: {steps: [{call: many}]}\n`));
    expect(without).toContain("self-deadlock n");
    const later = driver(`functions:
  f: {steps: [{lock: n, steps: [{lock: m, steps: [{call: k}]}]}]}
  k: {steps: [{lock: n, nest: m, steps: []}]}
paths:
  p: {steps: [{lock: m, steps: [{lock: a, try: true, steps: [{call: f}]}]}]}
  q: {steps: [{call: f}]}`);
    expect(errors(later)).toContain("self-deadlock n");
  });
});

describe("try", () => {
  it.each([
    ["waits for nothing", "[{lock: a, steps: [{lock: b, try: true, steps: []}]}]", []],
    ["is waited for all the same", "[{lock: a, try: true, steps: [{lock: b, steps: []}]}]", CONTRADICTS],
    ["of what is held fails, no more", "[{lock: a, steps: [{lock: a, try: true, steps: []}]}]", []],
  ])("%s", (_, steps, told) => {
    expect(paths(`  p: {steps: ${steps}}\n${REVERSED}`)).toEqual(told);
  });
});

describe("irq, bh and context", () => {
  const INCONSISTENT = ["irq-inconsistent a"];
  it.each([
    ["hardirq", "[{lock: a, steps: []}]", INCONSISTENT],
    ["hardirq", "[{lock: a, irq: save, steps: []}]", []],
    ["hardirq", '[{lock: a, irq: "off", steps: []}]', []],
    ["hardirq", "[{lock: a, bh: true, steps: []}]", INCONSISTENT],
    ["hardirq", "[{lock: b, irq: save, steps: [{lock: a, steps: []}]}]", []],
    ["hardirq", "[{lock: a, irq: save, steps: [{lock: b, irq: save, steps: []}]}]", []],
    ["hardirq", '[{lock: a, irq: save, steps: [{lock: b, irq: "off", steps: []}]}]', INCONSISTENT],
    ["softirq", "[{lock: a, steps: []}]", INCONSISTENT],
    ["softirq", "[{lock: a, bh: true, steps: []}]", []],
    ["softirq", "[{lock: a, irq: save, steps: []}]", []],
    ["[process, softirq]", "[{lock: b, steps: []}]", INCONSISTENT],
  ])("taken in %s, and by %s", (context, steps, told) => {
    expect(
      paths(`  irq: {context: ${context}, steps: [{lock: a, steps: []}]}\n  p: {steps: ${steps}}`),
    ).toEqual(told);
  });

  describe("turned on too early, in what is called", () => {
    const early = 'functions:\n  f: {steps: [{lock: c, irq: "off", steps: []}]}\n  g: {steps: [{call: f}]}\n';
    const saved = "  saved: {steps: [{lock: b, irq: save, steps: [{call: g}]}]}\n";
    const told = (context: string, steps: string) =>
      errors(
        driver(
          `${early}${saved}paths:\n  irq: {context: ${context}, steps: [{lock: a, steps: []}]}\n  p: {steps: ${steps}}`,
        ),
      );

    it.each(["hardirq", "softirq"])("are on for what is held, by %s too", (context) => {
      expect(told(context, "[{lock: a, irq: save, steps: [{call: g}]}]")).toEqual(INCONSISTENT);
    });

    it("are on for what the caller takes then", () => {
      expect(told("hardirq", "[{lock: b, irq: save, steps: [{call: g}, {lock: a, steps: []}]}]")).toEqual(
        INCONSISTENT,
      );
    });

    it("are off again when their saved state is brought back", () => {
      const around = "[{lock: rw, irq: save, steps: [{call: saved}, {lock: a, steps: []}]}]";
      expect(told("hardirq", around)).toEqual([]);
      const inline =
        "[{lock: rw, irq: save, steps: [{lock: b, irq: save, steps: [{call: g}]}, {lock: a, steps: []}]}]";
      expect(told("hardirq", inline)).toEqual([]);
    });

    it("are on once the outermost has let go, in whatever order the others do", () => {
      const order =
        "[{lock: b, irq: save}, {lock: c, irq: save}, {unlock: b}, {unlock: c}, {lock: a, steps: []}]";
      expect(told("hardirq", order)).toEqual(INCONSISTENT);
    });

    it("softirqs stay off where bh is", () => {
      const bh = "[{lock: b, bh: true, steps: [{lock: a, irq: save, steps: [{call: g}]}]}]";
      expect(told("softirq", bh)).toEqual([]);
      expect(told("hardirq", bh)).toEqual(INCONSISTENT);
    });
  });

  it("what is taken under a lock of an interrupt may not be taken with interrupts on", () => {
    const irq = "  irq: {context: hardirq, steps: [{lock: a, steps: []}]}\n";
    const nested = "  p: {steps: [{lock: a, irq: save, steps: [{lock: b, steps: []}]}]}\n";
    expect(paths(`${irq}${nested}  q: {steps: [{lock: b, steps: []}]}`)).toEqual(["irq-inversion a b"]);
    expect(paths(`${irq}${nested}  q: {steps: [{lock: b, irq: save, steps: []}]}`)).toEqual([]);
  });
});

describe("mode", () => {
  const AGAIN = ["self-deadlock rw"];
  it.each([
    ["write", "write", AGAIN],
    ["write", "read", AGAIN],
    ["write", "recursive-read", AGAIN],
    ["read", "write", AGAIN],
    ["read", "read", AGAIN],
    ["read", "recursive-read", []],
    ["recursive-read", "recursive-read", []],
  ])("%s, and again by the same thread: %s", (outer, inner, told) => {
    expect(
      paths(`  p: {steps: [{lock: rw, mode: ${outer}, steps: [{lock: rw, mode: ${inner}, steps: []}]}]}`),
    ).toEqual(told);
  });

  it.each([
    ["write", ["lock-order a rw"]],
    ["read", ["lock-order a rw"]],
    ["recursive-read", []],
  ])("%s on both sides of a cycle", (mode, told) => {
    const p = `  p: {steps: [{lock: rw, mode: ${mode}, steps: [{lock: a, steps: []}]}]}\n`;
    const q = `  q: {steps: [{lock: a, steps: [{lock: rw, mode: ${mode}, steps: []}]}]}\n`;
    expect(paths(p + q)).toEqual(told);
  });
});

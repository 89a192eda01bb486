import { describe, expect, it } from "vitest";
import { audit, type Finding, InputError, loadPolicy } from "../../src/index.js";
import { driver, errors, FRAMEWORK, findings, manifests, named } from "./language.js";

/** The errors of driver d with these fences, under the small framework. */
const fences = (body: string, more = "") => errors(driver(`fences:\n${body}\n${more}`), FRAMEWORK);

/** The same for one fence `f`, whose lock is `a` and which has these ops. */
const ops = (body: string, more = "") => fences(`  f: {lock: a, ops: ${body}}`, more);

const certainties = (all: readonly Finding[]) =>
  all.map(({ certainty, locks }) => `${certainty} ${locks}`).sort();

describe("the fence's lock", () => {
  it("is held when the framework says so, whatever it is called", () => {
    expect(ops("{enable_signaling: {steps: [{lock: a, irq: save, steps: []}]}}")).toEqual([
      "self-deadlock a",
    ]);
    expect(ops("{enable_signaling: {steps: [{lock: fence.lock, irq: save, steps: []}]}}")).toEqual([
      "self-deadlock a",
    ]);
    expect(ops("{set_deadline: {steps: [{lock: fence.lock, irq: save, steps: []}]}}")).toEqual([]);
    expect(ops("{enable_signaling: {steps: [{needs: a}, {needs: fence.lock}]}}")).toEqual([]);
    expect(ops("{set_deadline: {steps: [{needs: a}]}}")).toEqual(["missing-lock a"]);
  });

  it("left out, is a class of its own", () => {
    const inline = "{ops: {enable_signaling: {steps: [{lock: fence.lock, irq: save, steps: []}]}}}";
    expect(fences(`  f: ${inline}\n  g: {}`)).toEqual(["self-deadlock d/f.inline_lock"]);
  });

  it("is of two fences two locks, of which one may be the other only if they share one", () => {
    const nested = (f: string, g: string) =>
      findings(
        driver(
          `fences: {f: {lock: ${f}}, g: {lock: ${g}}}\npaths:\n  p: {fence: f, steps: [{lock: fence.lock, irq: save, steps: [{lock: fence.lock, on: g, irq: save, steps: []}]}]}`,
        ),
        FRAMEWORK,
      );
    expect(certainties(nested("a", "b"))).toEqual([]);
    expect(certainties(nested("a", "a"))).toEqual(["possible a"]);
  });

  it("needs a fence to be at hand", () => {
    expect(() => errors(driver("paths: {p: {steps: [{lock: fence.lock}]}}"), FRAMEWORK)).toThrow(InputError);
    expect(() =>
      fences("  f: {lock: a}\n  g: {lock: b}", "paths: {p: {steps: [{lock: fence.lock}]}}"),
    ).toThrow(InputError);
    expect(
      fences(
        "  f: {lock: a}\n  g: {lock: b}",
        "paths: {p: {fence: g, steps: [{lock: fence.lock}, {lock: b}]}}",
      ),
    ).toEqual(["self-deadlock b"]);
  });
});

describe("ops", () => {
  it("are called where the framework calls them, and nowhere else", () => {
    expect(ops("{set_deadline: {steps: [{sleep: why}]}}")).toEqual(["wait-context"]); // in hardirq
    expect(ops("{wait: {steps: [{sleep: why}]}}")).toEqual([]);
    expect(ops("{signaled: {steps: [{sleep: why}]}}")).toEqual([]);
  });

  it("may let the fence lock go that the framework holds, and take it again", () => {
    const locked = "  enable_locked: {contexts: [], steps: [{needs: fence.lock}, {op: enable_signaling}]}";
    const framework = FRAMEWORK.replace("[{op: enable_signaling}]", "[{call: enable_locked}]") + locked;
    const enabled = (steps: string) =>
      errors(driver(`fences: {f: {lock: a, ops: {enable_signaling: {steps: ${steps}}}}}`), framework);
    expect(enabled("[{unlock: fence.lock}, {lock: fence.lock}]")).toEqual([]);
    expect(enabled("[{unlock: a}, {lock: b, steps: []}, {lock: a}]")).toEqual([]);
    expect(enabled("[{lock: a, steps: []}]")).toEqual(["self-deadlock a"]);
  });

  it('set to "NULL" are not called', () => {
    expect(ops("{enable_signaling: [a]}")).toEqual(["self-deadlock a"]);
    expect(ops('{enable_signaling: {function: "NULL", steps: [{lock: a, steps: []}]}}')).toEqual([]);
  });

  it("say when", () => {
    const body = "{enable_signaling: {steps: [{lock: a, when: on Tuesdays, steps: []}]}}";
    const [found] = findings(driver(`fences: {f: {lock: a, ops: ${body}}}`), FRAMEWORK);
    expect(found.when).toEqual(["on Tuesdays"]);
  });
});

describe("keeps", () => {
  const put = (call: string) =>
    ops("{release: [a]}", `paths: {p: {steps: [{lock: a, irq: save, steps: [${call}]}]}}`);

  it("a reference across a call: no put in it is the last, however deep", () => {
    expect(put("{call: dma_fence_put}")).toEqual(["self-deadlock a"]);
    expect(put("{call: dma_fence_put, keeps: self}")).toEqual([]);
    const deep = (keeps: string) =>
      ops(
        "{release: [a]}",
        `functions: {f: {steps: [{call: dma_fence_put}]}}\npaths: {p: {steps: [{lock: a, irq: save, steps: [{call: f${keeps}}]}]}}`,
      );
    expect(deep("")).toEqual(["self-deadlock a"]);
    expect(deep(", keeps: self")).toEqual([]);
  });

  it("also in functions that let a lock of their caller's go", () => {
    const retires = (keeps: string) =>
      ops(
        "{release: [b]}",
        `functions: {f: {steps: [{call: dma_fence_put}, {unlock: c}]}}
paths: {p: {steps: [{lock: b, steps: [{lock: c}, {call: f${keeps}}]}]}}`,
      );
    expect(retires("")).toEqual(["lock-order b c", "self-deadlock b"]);
    expect(retires(", keeps: self")).toEqual([]);
  });

  it("also to what a function reaches by a link, or by the fence's name", () => {
    const put = (on: string, keeps: string) =>
      fences(
        "  f: {links: {other: {to: [g]}}}\n  g: {private: true, ops: {release: [b]}}",
        `functions: {h: {steps: [{call: i}]}, i: {steps: [{call: dma_fence_put, on: ${on}}]}}
paths: {p: {fence: f, steps: [{lock: b, steps: [{call: h${keeps}}]}]}}`,
      );
    expect(put("other", "")).toEqual(["self-deadlock b"]);
    expect(put("other", ", keeps: other")).toEqual([]);
    expect(put("g", ", keeps: g")).toEqual([]);
    expect(put("other", ", keeps: self")).toEqual(["self-deadlock b"]);
  });

  it("for callbacks too: the signaller holds a reference to what signals", () => {
    const callback = "callbacks: {cb: {attached_to: [f], steps: [{call: dma_fence_put, on: signaled}]}}";
    const signal = (call: string) =>
      ops("{release: [a]}", `${callback}\npaths: {p: {steps: [{call: dma_fence_signal${call}}]}}`);
    expect(signal("")).toEqual(["self-deadlock a"]);
    expect(signal(", keeps: self")).toEqual([]);
  });

  it("no reference to another fence, whether a link or its name leads there", () => {
    const put = (on: string) =>
      fences(
        `  f: {lock: a, links: {other: {to: [g]}}, ops: {enable_signaling: {steps: [{call: dma_fence_put, on: ${on}}]}}}
  g: {private: true, ops: {release: [b]}}`,
        "paths: {p: {fence: f, steps: [{lock: b, steps: [{lock: a, steps: []}]}]}}",
      );
    expect(put("other")).toEqual(["lock-order a b"]);
    expect(put("g")).toEqual(["lock-order a b"]);
  });

  it("also out of what the framework does around release, whose locks no such put takes", () => {
    const policy = `${FRAMEWORK}
  dma_fence_release:
    contexts: []
    steps: [{lock: ops_lock, steps: [{op: release}]}]
`
      .replace("steps: [{op: release, when: the last reference}]", "steps: [{call: dma_fence_release}]")
      .replace("locks:", "locks:\n  ops_lock: {kind: spinlock, scope: global}");
    const put = (call: string) =>
      errors(
        driver(`fences: {f: {lock: a}}
paths:
  p: {steps: [{lock: a, steps: [${call}]}]}
  q: {steps: [{lock: ops_lock, steps: [{lock: a}]}]}`),
        policy,
      );
    expect(put("{call: dma_fence_put}")).toEqual(["lock-order a ops_lock"]);
    expect(put("{call: dma_fence_put, keeps: self}")).toEqual([]);
  });
});

/** Drivers beside d: a plain fence, a container, one kept private and one born signalled, each with a lock of its own. */
const OTHERS = `
---
manifest: 1
driver: e
locks:
  plain: {kind: spinlock}
  box: {kind: spinlock}
  private: {kind: spinlock}
  born: {kind: spinlock}
fences:
  plain: {lock: plain}
  box: {lock: box, container: true}
  private: {lock: private, private: true}
  born: {lock: born, signaled: true}
`;

/** Which locks a fence may take inside its own through `on`: those that contradict it from outside. */
function within(on: string, links = ""): string[] {
  const enable = `{enable_signaling: {steps: [{call: dma_fence_add_callback, on: ${on}}]}}`;
  const manifest = driver(`fences: {f: {lock: a, ${links}ops: ${enable}}}`) + OTHERS;
  return ["a", "plain", "box", "private", "born"].filter((lock) => {
    const reversed = `paths:\n  reversed: {steps: [{lock: ${lock}, irq: save, steps: [{lock: fence.lock, on: d/f, irq: save, steps: []}]}]}\n`;
    const text = lock === "a" ? manifest : manifest + reversed;
    return errors(text, FRAMEWORK).some((told) => told.split(" ").slice(1).includes(lock));
  });
}

describe("on", () => {
  it("names no link of another fence's: it would lead nowhere, and nothing be told", () => {
    const text = (where: string) =>
      driver(`fences:
  f: {lock: a, ${where}}
  g: {lock: b, links: {next: {to: any}}}`);
    const step = "{steps: [{call: dma_fence_signal, on: next}]}";
    expect(() => findings(text(`ops: {signaled: ${step}}`), FRAMEWORK)).toThrow(
      /unknown fence or link "next"/,
    );
    expect(() =>
      findings(
        `${text("ops: {}")}\npaths: {p: {fence: f, ...}}`.replace("...", step.slice(1, -1)),
        FRAMEWORK,
      ),
    ).toThrow(/unknown fence or link "next"/);
    expect(() =>
      findings(text(`links: {next: {to: any}}, ops: {signaled: ${step}}`), FRAMEWORK),
    ).not.toThrow();
  });

  it.each([
    ["self", ["a"]],
    ["d/f", ["a"]],
    ["f", ["a"]],
    ["e/plain", ["plain"]],
    ["e/private", ["private"]],
    ["any", ["a", "plain", "box"]],
    ["plain", ["a", "plain"]],
  ])("%s means the locks of %j", (on, locks) => {
    expect(within(on)).toEqual(locks);
  });

  it.each([
    ["{to: e/plain}", ["plain"]],
    ["{to: [e/plain, e/box]}", ["plain", "box"]],
    ["{to: any}", ["a", "plain", "box"]],
    ["{to: all}", ["a", "plain", "box", "private"]],
    ["{to: any, except: [containers]}", ["a", "plain"]],
    ["{to: any, except: [f, e/plain]}", ["box"]],
  ])("a link to %s means those of %j", (link, locks) => {
    expect(within("peer", `links: {peer: ${link}}, `)).toEqual(locks);
  });

  it("refuses what it does not know, unless its driver is not there", () => {
    expect(() => within("e/palin")).toThrow(InputError);
    expect(() => within("peer", "links: {peer: {to: [e/palin]}}, ")).toThrow(InputError);
    expect(within("peer", "links: {peer: {to: [absent/fence, e/plain]}}, ")).toEqual(["plain"]);
  });
});

describe("private fences", () => {
  it("have no consumers in interrupts", () => {
    const asks = (more: string) =>
      fences(`  f: {lock: a, ${more}ops: {set_deadline: {steps: [{sleep: why}]}}}`);
    expect(asks("")).toEqual(["wait-context"]);
    expect(asks("private: true, ")).toEqual([]);
  });
});

describe("fences that are born signalled", () => {
  it("have no callbacks, and nobody enables them", () => {
    const all = (more: string) =>
      fences(
        `  f: {lock: a, ${more}ops: {enable_signaling: [a]}}`,
        "callbacks: {cb: {attached_to: [f], steps: [{lock: a, steps: []}]}}\npaths: {p: {steps: [{call: dma_fence_signal}]}}",
      );
    expect(all("").length).toBeGreaterThan(0);
    expect(all("signaled: true, ")).toEqual([]);
  });
});

describe("callbacks", () => {
  const sits = (target: string) =>
    errors(
      `${driver(`callbacks: {cb: {attached_to: ${target}, steps: [{lock: b, steps: []}]}}
paths: {p: {steps: [{lock: b, irq: save, steps: [{lock: c, irq: save, steps: []}]}]}}`)}
---
manifest: 1
driver: e
locks:
  c: {kind: spinlock}
  x: {kind: spinlock}
fences:
  e: {lock: c}
  box: {lock: x, container: true}
paths:
  p: {steps: [{call: dma_fence_signal, on: e}, {call: dma_fence_signal, on: box}]}
`,
      FRAMEWORK,
    );

  it.each([
    ["any", true],
    ["[e/e]", true],
    ["[e/box]", false],
    ["{to: any, except: [e/e]}", false],
    ["{to: any, except: [containers]}", true],
    ["{to: [e/e, e/box], except: [e/e]}", false],
  ])("attached to %s run under the lock of e/e: %s", (target, runs) => {
    expect(sits(target)).toEqual(runs ? ["lock-order b c"] : []);
  });

  it("have their owner's fence as self, and know the one that has signalled", () => {
    const callback = (on: string) =>
      findings(
        driver(`fences: {f: {lock: a}, g: {lock: b}}
callbacks: {cb: {fence: f, attached_to: [g], steps: [{lock: fence.lock, on: ${on}, irq: save, steps: []}]}}
paths: {p: {fence: g, steps: [{call: dma_fence_signal}]}}`),
        FRAMEWORK,
      );
    expect(callback("self")).toEqual([]);
    expect(certainties(callback("signaled"))).toEqual(["definite b"]);
    expect(certainties(callback("g"))).toEqual(["possible b"]);
  });

  it("are told of where the driver holds more than the fence's lock", () => {
    const signal = (steps: string) =>
      findings(driver(`fences: {f: {lock: a}}\npaths: {p: {steps: ${steps}}}`), FRAMEWORK);
    expect(named(signal("[{lock: m, steps: [{call: dma_fence_signal}]}]"))).toEqual([
      "callback-under-lock m",
    ]);
    expect(signal("[{lock: a, irq: save, steps: [{call: dma_fence_signal_locked}]}]")).toEqual([]);
  });
});

describe("wait: fence", () => {
  const waits = (signaller: string, more = "") =>
    findings(
      driver(
        `fences: {f: {lock: a}}\npaths:\n  p: {steps: [{lock: m, steps: [{call: dma_fence_wait}]}]}\n  q: {${more}steps: ${signaller}}`,
      ),
      FRAMEWORK,
    );

  it("under a lock that the signaller takes before the signal", () => {
    expect(named(waits("[{lock: m, steps: []}, {call: dma_fence_signal}]"))).toEqual([
      "fence-wait m signal(d/f)",
    ]);
    expect(waits("[{call: dma_fence_signal}, {lock: m, steps: []}]")).toEqual([]);
    expect(waits("[{lock: n, steps: []}, {call: dma_fence_signal}]")).toEqual([]);
  });

  it("is a note where another path signals without the lock", () => {
    const [found] = findings(
      driver(`fences: {f: {lock: a}}
paths:
  p: {steps: [{lock: m, steps: [{wait: fence}]}]}
  q: {steps: [{lock: m, steps: []}, {call: dma_fence_signal}]}
  r: {steps: [{call: dma_fence_signal}]}`),
      FRAMEWORK,
    );
    expect(found).toMatchObject({ rule: "fence-wait", severity: "note" });
  });

  it("for a signaller on an ordered queue waits for what runs before it there", () => {
    const after = "[{call: dma_fence_signal}, {lock: m, steps: []}]";
    expect(named(waits(after, "queue: wq, "))).toEqual(["fence-wait m queue(d:wq) signal(d/f)"]);
  });
});

describe("lifetime", () => {
  const told = (fence: string, policy = FRAMEWORK) =>
    named(findings(driver(`fences: {f: {lock: a, ${fence}}}`), policy));
  const PLAIN = `${FRAMEWORK}  dma_fence_describe: {steps: [{op: get_timeline_name}]}\n`;
  const UNDER_RCU = `${FRAMEWORK}  dma_fence_describe: {steps: [{lock: rcu, steps: [{op: get_timeline_name}]}]}\n`;

  it.each([
    ["never", [], []],
    ["with_fence", [], []],
    ["kfree_rcu", ["unprotected-return"], []],
    ["rcu_barrier", ["unprotected-return"], []],
    ["kfree", ["unprotected-return"], ["unprotected-return"]],
    ["devm", ["unprotected-return"], ["unprotected-return"]],
    ["unknown", ["unprotected-return"], ["unprotected-return"]],
  ])("what an op returns, freed by %s: without rcu %j, within %j", (freedBy, plain, underRcu) => {
    const fence = `ops: {get_timeline_name: {returns: {points_to: ctx.name, freed_by: ${freedBy}}}}`;
    expect(told(fence, PLAIN)).toEqual(plain);
    expect(told(fence, UNDER_RCU)).toEqual(underRcu);
  });

  it("what is freed after a grace period needs every way of calling to be within a read-side section", () => {
    const fence = "ops: {get_timeline_name: {returns: {points_to: ctx.name, freed_by: kfree_rcu}}}";
    const policy = (...callers: string[]) =>
      [
        `${FRAMEWORK}  name: {contexts: [], steps: [{op: get_timeline_name}]}`,
        ...callers.map((steps, i) => `  caller_${i}: {steps: [${steps}]}`),
      ].join("\n");
    const underRcu = "{lock: rcu, steps: [{call: name}]}";
    expect(told(fence, policy(underRcu))).toEqual([]);
    expect(told(fence, policy(underRcu, "{call: name}"))).toEqual(["unprotected-return"]);
    const [found] = findings(
      driver(`fences: {f: {lock: a, ${fence}}}`),
      policy(underRcu, "{call: name}", "{call: name}"),
    );
    expect(found.dependencies[0].evidence.entry).toBe("caller_1");
    expect(found.alsoFrom).toEqual(["caller_2"]);
    // Preemption is off under a spinning lock, which a grace period waits for as well.
    expect(told(fence, policy("{lock: fence.lock, steps: [{call: name}]}"))).toEqual([]);
  });

  it("rodata needs nothing", () => {
    expect(told("ops: {get_timeline_name: {returns: {points_to: rodata}}}", PLAIN)).toEqual([]);
  });

  it("what an op uses without the fence's lock must be kept for a grace period", () => {
    const fence = (freedBy: string, op: string) =>
      `ops: {${op}: {}}, data: [{object: ctx, freed_by: ${freedBy}, used_by: [${op}]}]`;
    expect(told(fence("kfree", "set_deadline"))).toEqual(["no-grace-period"]);
    expect(told(fence("kfree_rcu", "set_deadline"))).toEqual([]);
    expect(told(fence("kfree", "enable_signaling"))).toEqual([]);
  });
});

describe("an audit", () => {
  const verdicts = (text: string, lock?: string) =>
    audit({ manifests: manifests(text), policy: loadPolicy("linux-6.12"), lock }).rows.map(
      ({ fence, op, verdict }) => `${fence}.${op} ${verdict}`,
    );

  it("judges a lock that the framework cannot take where it calls the op", () => {
    const text = driver(
      "fences: {f: {lock: a, ops: {set_deadline: {}}}}\npaths: {p: {steps: [{lock: c, steps: []}]}}",
    );
    expect(verdicts(text, "m")).toEqual(["d/f.set_deadline wait-context"]);
    expect(verdicts(text, "c")).toEqual(["d/f.set_deadline irq"]);
    expect(verdicts(text, "fence.lock")).toEqual(["d/f.set_deadline ok"]);
  });

  it("does not call ok what the lock makes an error of a guarded cycle", () => {
    const text =
      driver(`fences: {f: {lock: a, ops: {set_deadline: {steps: [{lock: b, irq: save, steps: []}]}}}}
paths:
  p: {steps: [{lock: m, steps: [{lock: a, irq: save, steps: [{lock: b, steps: []}]}]}]}
  q: {steps: [{lock: m, steps: [{lock: b, irq: save, steps: [{lock: a, steps: []}]}]}]}`);
    expect(verdicts(text)).toEqual(["d/f.set_deadline lock-order"]);
  });

  it("says of what is wrong already that the lock makes it no worse", () => {
    const text = driver(
      "fences: {f: {lock: a, ops: {signaled: {steps: [{lock: b, irq: save, steps: [{lock: b, steps: []}]}]}}}}",
    );
    const { rows } = audit({ manifests: manifests(text), policy: loadPolicy("linux-6.12") });
    expect(rows[0].why).toMatch(/^no worse than without it: d: signaled: .* takes b/);
  });

  it("does not call ok what a function of the op's could not follow", () => {
    const text =
      driver(`fences: {f: {lock: a, ops: {signaled: {steps: [{call: outer}]}, release: {steps: [{call: outer}]}}}}
functions:
  outer: {steps: [{either: [[{lock: c, steps: [{call: inner}]}], [{call: outer}]]}]}
  inner: {steps: [{unknown: firmware}]}`);
    expect(verdicts(text)).toEqual(["d/f.signaled unknown", "d/f.release unknown"]);
  });
});

describe("unknown", () => {
  it("is no finding, but the audit's verdict", () => {
    const text = driver(
      "fences: {f: {lock: a, ops: {set_deadline: {steps: [{unknown: an indirect call}]}, signaled: {}}}}",
    );
    expect(errors(text, FRAMEWORK)).toEqual([]);
    const { rows } = audit({
      manifests: manifests(text),
      policy: loadPolicy("linux-6.12"),
    });
    expect(rows.map(({ op, verdict }) => `${op} ${verdict}`).sort()).toEqual([
      "set_deadline unknown",
      "signaled ok",
    ]);
  });
});

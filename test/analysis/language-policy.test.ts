import { describe, expect, it } from "vitest";
import {
  analyze,
  InputError,
  loadPolicy,
  type PolicyDocument,
  parsePolicy,
  resolvePolicy,
  type WhatIf,
} from "../../src/index.js";
import { driver, errors, FRAMEWORK, findings, manifests, NO_FRAMEWORK, named } from "./language.js";

/** A policy of these functions alone. */
const policy = (functions: string, more = "") => `policy: 1\nname: p\n${more}functions:\n${functions}`;

/** A fence whose op takes its lock, and sleeps. */
const FENCE = driver(
  "fences: {f: {lock: a, ops: {set_deadline: {steps: [{lock: a, irq: save, steps: []}]}, wait: {steps: [{sleep: why}]}}}}",
);

describe("functions", () => {
  const asks = (contexts: string) =>
    errors(FENCE, policy(`  dma_fence_wait: {${contexts}steps: [{op: wait}]}`));

  it("are entered by consumers in each of their contexts: in process context, unless they say otherwise", () => {
    expect(asks("")).toEqual([]);
    expect(asks("contexts: [process], ")).toEqual([]);
    expect(asks("contexts: [process, hardirq], ")).toEqual(["wait-context"]);
    expect(asks("contexts: [softirq], ")).toEqual(["wait-context"]);
  });

  it("without contexts are for the fence's owner: entered from its paths alone", () => {
    const signal = policy(
      "  dma_fence_signal: {contexts: [], steps: [{lock: fence.lock, steps: [{op: set_deadline}]}]}",
    );
    expect(errors(FENCE, signal)).toEqual([]);
    expect(errors(`${FENCE}\npaths: {p: {steps: [{call: dma_fence_signal}]}}`, signal)).toEqual([
      "self-deadlock a",
    ]);
  });

  it("call ops: `then` where the fence sets it, `else` where it does not", () => {
    const fn = policy(
      "  f: {contexts: [], steps: [{op: wait, then: [{lock: n, steps: []}], else: [{lock: m, steps: []}]}]}",
      "locks: {n: {kind: mutex}, m: {kind: mutex}}\n",
    );
    const takes = (ops: string) =>
      errors(
        `manifest: 1\ndriver: d\nfences: {f: {ops: ${ops}}}\npaths: {p: {context: hardirq, steps: [{call: f}]}}`,
        fn,
      );
    expect(takes("{wait: {}}")).toEqual(["wait-context n"]);
    expect(takes("{}")).toEqual(["wait-context m"]);
  });

  it("run the callbacks of the fence at hand", () => {
    const callback = driver(
      "fences: {f: {lock: a}}\ncallbacks: {cb: {attached_to: [f], steps: [{sleep: why}]}}",
    );
    expect(errors(callback, policy("  f: {contexts: [hardirq], steps: [{callbacks: true}]}"))).toEqual([
      "wait-context",
    ]);
    expect(errors(callback, policy("  f: {contexts: [hardirq], steps: []}"))).toEqual([]);
  });

  it("may return with a lock held", () => {
    const lock = policy(
      "  begin: {contexts: [], leaves_held: [x], steps: [{lock: x}]}\n  end: {contexts: [], steps: [{unlock: x}]}",
      "locks: {x: {kind: spinlock}}\n",
    );
    const path = (steps: string) => errors(driver(`paths: {p: {steps: ${steps}}}`), lock);
    expect(path("[{call: begin}, {sleep: why}, {call: end}]")).toEqual(["wait-context x"]);
    expect(path("[{call: begin}, {call: end}, {sleep: why}]")).toEqual([]);
  });

  it("are not needed: then only paths are analysed, and what they call of the framework counts for nothing", () => {
    const text = driver(
      "fences: {f: {lock: a, ops: {wait: {steps: [{lock: a}, {sleep: why}]}}}}\npaths:\n  p: {steps: [{lock: a, steps: [{call: dma_fence_signal}, {lock: m, steps: []}]}]}",
    );
    expect(errors(text, NO_FRAMEWORK)).toEqual(["wait-context a m"]);
    expect(() => errors(text, policy("  f: {steps: []}"))).toThrow(InputError);
  });

  it("that do nothing about a fence that has signalled are not entered for one that is born so", () => {
    const born = driver("fences: {f: {lock: a, signaled: true, ops: {wait: {steps: [{sleep: why}]}}}}");
    const fn = (more: string) =>
      errors(born, policy(`  f: {contexts: [hardirq], ${more}steps: [{op: wait}]}`));
    expect(fn("")).toEqual(["wait-context"]);
    expect(fn("returns_if_signaled: true, ")).toEqual([]);
  });
});

describe("order", () => {
  const ordered =
    "policy: 1\nname: p\nlocks: {outer: {kind: mutex}, inner: {kind: mutex}}\norder: [[outer, inner]]\n";
  const takes = (first: string, second: string) =>
    errors(driver(`paths: {p: {steps: [{lock: ${first}, steps: [{lock: ${second}, steps: []}]}]}}`), ordered);

  it("is documented, outermost first: nobody may take them the other way round, even if nobody takes them in order", () => {
    expect(takes("inner", "outer")).toEqual(["declared-order inner outer"]);
    expect(takes("outer", "inner")).toEqual([]);
  });

  it("counts through other locks", () => {
    const through = driver(
      "paths:\n  p: {steps: [{lock: inner, steps: [{lock: m, steps: []}]}]}\n  q: {steps: [{lock: m, steps: [{lock: outer, steps: []}]}]}",
    );
    expect(errors(through, ordered)).toEqual(["declared-order inner m outer"]);
  });

  it("is of the locks without a subclass: a cycle with one is told as such", () => {
    const two = (outer: string) =>
      errors(
        driver(
          `paths:\n  p: {steps: [{lock: inner, steps: [{${outer}, steps: []}]}]}\n  q: {steps: [{${outer}, steps: [{lock: inner, steps: []}]}]}`,
        ),
        ordered,
      );
    expect(two("lock: outer")).toEqual(["declared-order inner outer"]);
    expect(two("lock: outer, subclass: 1")).toEqual(["lock-order inner outer/1"]);
  });

  describe("with a completion", () => {
    const waited =
      "policy: 1\nname: p\nlocks: {outer: {kind: mutex}, ready: {kind: completion}}\norder: [[outer, ready]]\n";
    const WAITER = "  p: {steps: [{lock: outer, steps: [{wait: ready}]}]}\n";
    const completer = (...locks: string[]) =>
      `  completes_with_${locks.join("_")}: {steps: [${locks.map((lock) => `{lock: ${lock}, steps: []}, `).join("")}{complete: ready}]}\n`;
    const told = (...paths: string[]) =>
      findings(driver(`paths:\n${paths.join("")}`), waited).map(({ severity, rule, locks }) =>
        [severity, rule, ...locks].join(" "),
      );

    it("has whoever completes it take none of the locks outside", () => {
      expect(told(WAITER, completer("outer"))).toEqual(["error declared-order ready outer"]);
      expect(told(WAITER, completer("m"))).toEqual([]);
    });

    it("counts even if nobody waits under the lock", () => {
      expect(told("  p: {steps: [{wait: ready}]}\n", completer("outer"))).toEqual([
        "error declared-order ready outer",
      ]);
      expect(told("  p: {steps: [{wait: ready}]}\n", completer("outer"), completer("m"))).toEqual([
        "note declared-order ready outer",
      ]);
    });

    it("is a note where somebody completes it without", () => {
      expect(told(WAITER, completer("outer"), completer("m"))).toEqual(["note declared-order ready outer"]);
    });
  });
});

describe("extends", () => {
  const base = parsePolicy(
    policy(
      "  f: {steps: [{op: wait}]}\n  g: {steps: [{op: set_deadline}]}",
      "locks: {x: {kind: spinlock}}\n",
    ),
    "base.yaml",
  );
  const resolved = (text: string) => resolvePolicy(parsePolicy(text, "head.yaml"), () => base);

  it("replaces the functions and locks of that name, and keeps the others", () => {
    const head = resolved(policy("  f: {contexts: [hardirq], steps: [{op: wait}]}", "extends: base\n"));
    expect(head.functions.map(({ name, contexts }) => `${name} ${contexts}`)).toEqual([
      "f hardirq",
      "g process",
    ]);
    expect(head.locks.map(({ name }) => name)).toEqual(["x"]);
    expect(named(analyze({ manifests: manifests(FENCE), policy: head }).findings)).toEqual(["wait-context"]);
    expect(analyze({ manifests: manifests(FENCE), policy: base }).findings).toEqual([]);
  });

  it("adds orders and what-ifs", () => {
    const head = resolved(
      `policy: 1\nname: p\nextends: base\nlocks: {y: {kind: spinlock}}\norder: [[x, y]]\nhold: {wait: [x]}\n`,
    );
    expect(head.order).toEqual([["x", "y"]]);
    expect(head.hold.map(({ op, lock }) => `${op}=${lock}`)).toEqual(["wait=x"]);
  });

  it("has to be resolved before the analysis, and may not lead back", () => {
    const loop: PolicyDocument = parsePolicy("policy: 1\nname: p\nextends: p\n", "p.yaml");
    expect(() => resolvePolicy(loop, () => loop)).toThrow(InputError);
    expect(() => analyze({ manifests: [], policy: loop })).toThrow(InputError);
  });

  it("is resolved in the policies that come with the package", () => {
    expect(loadPolicy("rfc-ops-under-fence-lock").functions.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["dma_fence_signal", "dma_fence_driver_name", "dma_fence_set_deadline"]),
    );
    expect(() => loadPolicy("linux-6.13")).toThrow(InputError);
  });
});

describe("hold and drop", () => {
  it("hold takes a lock of which there is one nowhere where it is held already", () => {
    const text = `manifest: 1
driver: d
locks: {one: {kind: spinlock, scope: global}}
fences:
  c: {container: true, links: {m: {to: any, except: [containers]}}, ops: {set_deadline: {steps: [{call: dma_fence_set_deadline, on: m}]}}}
  f: {ops: {set_deadline: {}}}
`;
    const policy = FRAMEWORK.replace("policy: 1", "policy: 1\nhold: {set_deadline: [one]}");
    expect(errors(text, policy)).toEqual([]);
  });

  const told = (more: string, hold: readonly WhatIf[] = [], drop: readonly WhatIf[] = []) =>
    named(
      analyze({ manifests: manifests(FENCE), policy: parsePolicy(FRAMEWORK + more, "p.yaml"), hold, drop })
        .findings,
    );

  it("hold takes a lock around each call of the op, with interrupts off", () => {
    expect(told("")).toEqual([]);
    expect(told("hold: {set_deadline: [fence.lock]}")).toEqual(["self-deadlock a"]);
    expect(told("", [{ op: "set_deadline", lock: "fence.lock" }])).toEqual(["self-deadlock a"]);
    expect(told("", [{ op: "wait", lock: "fence.lock" }])).toEqual(["wait-context a"]);
    const sleeps = driver(
      "fences: {f: {lock: a}, g: {lock: b, ops: {wait: {steps: [{lock: b, steps: []}]}}}}\npaths: {p: {context: hardirq, steps: [{lock: b, steps: []}]}}",
    );
    const irqs = (hold: readonly WhatIf[]) =>
      named(
        analyze({ manifests: manifests(sleeps), policy: parsePolicy(FRAMEWORK, "p.yaml"), hold }).findings,
      );
    expect(irqs([])).toEqual(["irq-inconsistent b"]);
    expect(irqs([{ op: "wait", lock: "a" }])).toEqual([]);
  });

  it("hold takes nothing where the op is called with the lock held", () => {
    const fence = driver("fences: {f: {lock: a, ops: {enable_signaling: {}}}}");
    const held = {
      manifests: manifests(fence),
      policy: parsePolicy(FRAMEWORK, "p.yaml"),
      hold: [{ op: "enable_signaling", lock: "fence.lock" }],
    };
    expect(analyze(held).findings).toEqual([]);
  });

  it("drop lets a lock go around each call, and takes it again after it", () => {
    const fence = driver(
      "fences: {f: {lock: a, ops: {enable_signaling: {steps: [{lock: a, irq: save, steps: []}]}}}}",
    );
    const drops = (then: string) => {
      const fn = policy(
        `  f: {steps: [{lock: fence.lock, irq: save, steps: [{op: enable_signaling}, ${then}]}]}`,
        "drop: {enable_signaling: [fence.lock]}\n",
      );
      return errors(fence, fn);
    };
    expect(errors(fence, FRAMEWORK)).toEqual(["self-deadlock a"]);
    expect(drops("{needs: fence.lock}")).toEqual([]);
    expect(drops("{lock: fence.lock, steps: []}")).toEqual(["self-deadlock a"]);
  });

  it.each(["", "hold: {signaled: [fence.lock]}\n"])(
    "%s makes no signaller of whoever only polls",
    (whatIf) => {
      const poll = `  dma_fence_is_signaled:
    contexts: [process]
    steps: [{op: signaled, then: [{call: dma_fence_signal}]}]\n`;
      const waits = driver(`fences: {f: {ops: {signaled: {}}}}
paths:
  evict: {steps: [{lock: m, steps: [{wait: fence, on: f}]}]}
  run: {steps: [{lock: m, steps: []}, {call: dma_fence_signal}]}
  poll: {steps: [{call: dma_fence_is_signaled}]}`);
      expect(errors(waits, FRAMEWORK + poll + whatIf)).toEqual(["fence-wait m signal(d/f)"]);
    },
  );

  it.each([
    ["drop", "{lock: a, steps: []}"],
    ["hold", "{needs: a}"],
  ])("%s heeds what a path holds that calls by a helper", (whatIf, op) => {
    const helped = driver(`fences: {f: {lock: a, ops: {set_deadline: {steps: [${op}]}}}}
functions: {g: {steps: [{call: h}]}, h: {steps: [{call: set_deadline_locked}]}}
paths: {p: {steps: [{lock: a, steps: [{call: g}]}]}}`);
    const locked = "  set_deadline_locked: {contexts: [], steps: [{op: set_deadline}]}";
    const framework = `policy: 1\nname: locked\nfunctions:\n${locked}\n`;
    expect(errors(helped, `${framework}${whatIf}: {set_deadline: [fence.lock]}`)).toEqual([]);
  });

  it("of an op that does not exist is refused: it would find nothing", () => {
    expect(() => told("", [{ op: "set_dedline", lock: "fence.lock" }])).toThrow(InputError);
    expect(() => told("", [], [{ op: "set_dedline", lock: "fence.lock" }])).toThrow(InputError);
    expect(() => told("hold: {set_dedline: [fence.lock]}")).toThrow(InputError);
    expect(() => told("hold: {set_deadline: [no_such_lock]}")).toThrow(InputError);
  });
});

describe("the report", () => {
  it("names the policy, its title, source and what-ifs", () => {
    const text = "policy: 1\nname: p\ntitle: The policy\nsource: a mail\nhold: {wait: [fence.lock]}\n";
    const report = analyze({
      manifests: [],
      policy: parsePolicy(text, "p.yaml"),
      drop: [{ op: "signaled", lock: "fence.lock" }],
    });
    expect(report.policy).toMatchObject({
      name: "p",
      file: "p.yaml",
      title: "The policy",
      source: "a mail",
      hold: ["wait=fence.lock"],
      drop: ["signaled=fence.lock"],
    });
  });

  it.each([
    "{op: release}",
    "{lock: rcu, steps: [{op: release}]}",
    "{either: [[{op: release}], []]}",
    "{lock: rcu, steps: [{either: [[{call: release_it}], []]}]}",
  ])("puts the consumer's reference, wherever in it the op release stands: %s", (step) => {
    const framework = FRAMEWORK.replace("{op: release, when: the last reference}", step);
    const text = driver(
      "fences: {f: {ops: {release: {steps: [{lock: m, steps: []}]}}}}\npaths: {p: {steps: [{lock: m, steps: [{lock: a, steps: []}]}, {lock: a, steps: [{lock: m, steps: []}]}]}}",
    );
    const hardirq = `${framework.replace("dma_fence_put:\n    contexts: [process]", "dma_fence_put:\n    contexts: [hardirq]")}
  release_it: {contexts: [], steps: [{op: release}]}
`;
    expect(named(findings(text, hardirq))).toContain("wait-context m");
  });

  it("says of a when in the framework what the framework says", () => {
    const text = driver(
      "fences: {f: {lock: a, ops: {release: [a]}}}\npaths: {p: {steps: [{lock: a, irq: save, steps: [{call: dma_fence_put}]}]}}",
    );
    expect(findings(text, FRAMEWORK)[0].when).toEqual(["the last reference"]);
  });
});

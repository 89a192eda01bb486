import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  analyze,
  type Finding,
  loadPolicy,
  type Manifest,
  parseManifests,
  type WhatIf,
} from "../../src/index.js";
import { json } from "../../src/report/json.js";

interface Question {
  readonly name: string;
  readonly policy: string;
  readonly hold: readonly WhatIf[];
}

const PLAIN: Question = { name: "linux-6.12", policy: "linux-6.12", hold: [] };
const RFC: Question = { name: "the RFC", policy: "rfc-ops-under-fence-lock", hold: [] };
const HOLD: Question = {
  name: "linux-6.12 with the fence lock held around ->set_deadline",
  policy: "linux-6.12",
  hold: [{ op: "set_deadline", lock: "fence.lock" }],
};

/** The ops that take what is given to dma_fence_init(), under whatever name, and the line where they do. */
const OFFENDERS = [
  { driver: "sw_sync", lock: "sync_timeline.lock", at: "drivers/dma-buf/sw_sync.c:200" },
  { driver: "msm", lock: "msm_fence_context.spinlock", at: "drivers/gpu/drm/msm/msm_fence.c:140" },
  { driver: "drm_sched", lock: "drm_sched_fence.lock", at: "drivers/gpu/drm/scheduler/sched_fence.c:157" },
];

const MANIFESTS = new URL("../../manifests/", import.meta.url);
const text = (driver: string) => readFileSync(new URL(`${driver}.yaml`, MANIFESTS), "utf8");
const shipped = (...drivers: string[]) =>
  drivers.flatMap((driver) => parseManifests(text(driver), `${driver}.yaml`));
const TREE = shipped(...readdirSync(MANIFESTS).map((file) => file.replace(/\.yaml$/, "")));

/** The shipped manifest with a piece of its text replaced; the piece must be there. */
function edited(driver: string, piece: RegExp, by: string): Manifest[] {
  const before = text(driver);
  const after = before.replace(piece, by);
  expect(after, `${piece} in ${driver}.yaml`).not.toBe(before);
  return parseManifests(after, `${driver}.yaml`);
}

const report = (manifests: readonly Manifest[], { policy, hold }: Question) =>
  analyze({ manifests, policy: loadPolicy(policy), hold });
const ofTree = new Map([PLAIN, RFC, HOLD].map((question) => [question, report(TREE, question)]));

const errors = (findings: readonly Finding[]) => findings.filter(({ severity }) => severity === "error");
const deadlocks = (findings: readonly Finding[] = []) =>
  findings.filter(({ rule, ops }) => rule === "self-deadlock" && ops.includes("set_deadline"));
const definite = (findings: readonly Finding[]) =>
  findings
    .filter(({ certainty }) => certainty === "definite")
    .map(({ drivers, locks, dependencies: [only] }) => ({
      driver: drivers.join(" "),
      lock: locks.join(" "),
      at: only.evidence.chain.at(-1)?.at,
    }));
const byDriver = (a: { readonly driver: string }, b: { readonly driver: string }) =>
  a.driver < b.driver ? -1 : 1;

for (const question of [RFC, HOLD]) {
  describe(`under ${question.name}`, () => {
    const found = deadlocks(ofTree.get(question)?.findings);

    it.each(OFFENDERS)("set_deadline of $driver alone takes its own fence lock again", (offender) => {
      const alone = deadlocks(report(shipped(offender.driver), question).findings);
      expect(definite(alone)).toEqual([offender]);
    });

    it("of all drivers those three do, and nobody else", () => {
      expect(definite(found).sort(byDriver)).toEqual([...OFFENDERS].sort(byDriver));
    });

    it("the containers, which only pass a deadline on to their members, do not", () => {
      const containers = ["dma_fence_array/array", "dma_fence_chain/chain"];
      const blamed = found.filter(({ fences }) => containers.some((fence) => fences.includes(fence)));
      expect(blamed.map(({ message }) => message)).toEqual([]);
    });

    it("msm would not, were its fence lock another one than its spinlock", () => {
      const manifests = edited("msm", /\n {4}lock: msm_fence_context\.spinlock\n/, "\n");
      expect(deadlocks(report(manifests, question).findings)).toEqual([]);
    });

    it("the report is the same, byte for byte, whatever the order of the files", () => {
      const given = ofTree.get(question);
      expect(given).toBeDefined();
      if (given === undefined) return;
      const orders = [[...TREE].reverse(), [...TREE.slice(11), ...TREE.slice(0, 11)]];
      for (const manifests of orders) expect(json(report(manifests, question))).toBe(json(given));
    });
  });
}

describe("under linux-6.12, which calls ->set_deadline without the fence lock", () => {
  const about = (findings: readonly Finding[] = []) =>
    errors(findings).filter(({ ops }) => ops.includes("set_deadline"));

  it.each(OFFENDERS)("nothing is wrong with that of $driver", ({ driver }) => {
    expect(about(report(shipped(driver), PLAIN).findings)).toEqual([]);
  });

  it("nor with anybody's", () => {
    expect(about(ofTree.get(PLAIN)?.findings)).toEqual([]);
  });
});

describe("dma_fence_array, whose lock is outside its members'", () => {
  const direct = () =>
    edited("dma_fence_array", /defer: irq_dma_fence_array_work, at: 65/, "call: dma_fence_signal, at: 65");
  const orders = (manifests: readonly Manifest[]) =>
    errors(report(manifests, PLAIN).findings)
      .filter(({ rule }) => rule === "lock-order")
      .map(({ locks }) => [...locks].sort());

  it("signals from irq_work, and is in order", () => {
    expect(errors(report(shipped("dma_fence_array"), PLAIN).findings)).toEqual([]);
    expect(orders(shipped("dma_fence_array", "sw_sync"))).toEqual([]);
  });

  it("would contradict any member, did it signal from a member's callback", () => {
    expect(orders(direct())).toEqual([["(other)/fence.inline_lock", "dma_fence_array.lock"]]);
    expect(orders([...direct(), ...shipped("sw_sync")])).toEqual([
      ["dma_fence_array.lock", "sync_timeline.lock"],
    ]);
  });
});

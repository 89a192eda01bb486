import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyze, type Finding, loadPolicy, type Manifest, parseManifests } from "../../src/index.js";
import { json } from "../../src/report/json.js";

const MANIFESTS = new URL("../../manifests/", import.meta.url);
const DRIVERS = readdirSync(MANIFESTS).map((file) => file.replace(/\.yaml$/, ""));

/** The ops that take what is given to dma_fence_init(), under whatever name, and the line where they do. */
const OFFENDERS = [
  { driver: "sw_sync", lock: "sync_timeline.lock", at: "drivers/dma-buf/sw_sync.c:200" },
  { driver: "msm", lock: "msm_fence_context.spinlock", at: "drivers/gpu/drm/msm/msm_fence.c:140" },
  { driver: "drm_sched", lock: "drm_sched_fence.lock", at: "drivers/gpu/drm/scheduler/sched_fence.c:157" },
];

const RFC = { name: "the RFC", policy: "rfc-ops-under-fence-lock", hold: [] };
const HOLD = {
  name: "linux-6.12 with the fence lock held around ->set_deadline",
  policy: "linux-6.12",
  hold: [{ op: "set_deadline", lock: "fence.lock" }],
};

const text = (driver: string) => readFileSync(new URL(`${driver}.yaml`, MANIFESTS), "utf8");
const shipped = (...drivers: string[]) =>
  drivers.flatMap((driver) => parseManifests(text(driver), `${driver}.yaml`));

/** The shipped manifest with a piece of its text replaced; the piece must be there. */
function edited(driver: string, piece: string | RegExp, by: string): Manifest[] {
  const before = text(driver);
  const after = before.replace(piece, by);
  expect(after, `${piece} in ${driver}.yaml`).not.toBe(before);
  return parseManifests(after, `${driver}.yaml`);
}

function report(manifests: readonly Manifest[], { policy, hold }: Pick<typeof HOLD, "policy" | "hold">) {
  return analyze({ manifests, policy: loadPolicy(policy), hold });
}

function deadlocks(findings: readonly Finding[], op: string): readonly Finding[] {
  return findings.filter(({ rule, ops }) => rule === "self-deadlock" && ops.includes(op));
}

/** Where a finding's lock is taken the second time. */
const secondAt = ({ dependencies: [only] }: Finding) => only.evidence.chain.at(-1)?.at;

describe.each([RFC, HOLD])("under $name", (what) => {
  it.each(OFFENDERS)("$driver takes its own fence lock again, at $at", ({ driver, lock, at }) => {
    for (const manifests of [shipped(driver), shipped(...DRIVERS)]) {
      const found = deadlocks(report(manifests, what).findings, "set_deadline").filter(
        ({ certainty, locks }) => certainty === "definite" && locks.includes(lock),
      );
      expect(found.map(({ drivers, locks }) => ({ drivers, locks }))).toEqual([
        { drivers: [driver], locks: [lock] },
      ]);
      expect(secondAt(found[0])).toBe(at);
    }
  });

  it("nobody else's set_deadline is definite to deadlock on itself", () => {
    const found = deadlocks(report(shipped(...DRIVERS), what).findings, "set_deadline").filter(
      ({ certainty }) => certainty === "definite",
    );
    expect(found.map(({ locks: [lock] }) => lock).sort()).toEqual(OFFENDERS.map(({ lock }) => lock).sort());
  });

  it("the containers, which only pass a deadline on to their members, do not", () => {
    const found = deadlocks(report(shipped(...DRIVERS), what).findings, "set_deadline");
    const names = ["dma_fence_array/array", "dma_fence_chain/chain"];
    expect(found.filter(({ fences }) => fences.some((fence) => names.includes(fence)))).toEqual([]);
  });

  it("msm would not, were the fence lock another one than its spinlock", () => {
    const manifests = edited("msm", /\n {4}lock: msm_fence_context\.spinlock\n/, "\n");
    expect(deadlocks(report(manifests, what).findings, "set_deadline")).toEqual([]);
  });
});

describe("under plain linux-6.12, which calls ->set_deadline without the fence lock", () => {
  const plain = { policy: "linux-6.12", hold: [] };

  it.each(OFFENDERS)("nothing is wrong with that of $driver", ({ driver }) => {
    const { findings } = report(shipped(driver), plain);
    expect(
      findings.filter(({ severity, ops }) => severity === "error" && ops.includes("set_deadline")),
    ).toEqual([]);
  });

  it("nor with anybody's", () => {
    const { findings } = report(shipped(...DRIVERS), plain);
    expect(
      findings.filter(({ severity, ops }) => severity === "error" && ops.includes("set_deadline")),
    ).toEqual([]);
  });
});

describe("dma_fence_array, which is outside its members", () => {
  const plain = { policy: "linux-6.12", hold: [] };
  const direct = () =>
    edited(
      "dma_fence_array",
      /\{defer: irq_dma_fence_array_work, at: 65,/,
      "{call: dma_fence_signal, at: 65,",
    );
  const orders = (manifests: readonly Manifest[]) =>
    report(manifests, plain)
      .findings.filter(({ rule, severity }) => rule === "lock-order" && severity === "error")
      .map(({ locks }) => [...locks].sort());

  it("signals from irq_work, and is in order", () => {
    expect(report(shipped("dma_fence_array"), plain).findings.filter(isError)).toEqual([]);
    expect(orders(shipped("dma_fence_array", "sw_sync"))).toEqual([]);
  });

  it("would not be, did it signal from a member's callback: whatever the member", () => {
    expect(orders(direct())).toEqual([["(other)/fence.inline_lock", "dma_fence_array.lock"]]);
  });

  it("would not be, did it signal from a member's callback: sw_sync's", () => {
    expect(orders([...direct(), ...shipped("sw_sync")])).toEqual([
      ["dma_fence_array.lock", "sync_timeline.lock"],
    ]);
  });
});

const isError = ({ severity }: Finding) => severity === "error";

describe("the order of the files", () => {
  const all = shipped(...DRIVERS);
  const rotated = [...all.slice(11), ...all.slice(0, 11)];

  it.each([RFC, HOLD])("makes no difference under $name: the report is the same, byte for byte", (what) => {
    const first = json(report(all, what));
    expect(json(report([...all].reverse(), what))).toBe(first);
    expect(json(report(rotated, what))).toBe(first);
  });
});

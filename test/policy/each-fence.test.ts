import { expect, it } from "vitest";
import { analyze, parseManifests, parsePolicy } from "../../src/index.js";

const POLICY = (each: string) => `
policy: 1
name: lock-of-the-ops
locks:
  ops_lock: {kind: spinlock, scope: fence${each}}
functions:
  dma_fence_set_deadline:
    steps: [{lock: ops_lock, steps: [{op: set_deadline}]}]
`;

const CONTAINER = `
manifest: 1
driver: array
fences:
  array:
    container: true
    links: {members: {to: [leaf/leaf]}}
    ops: {set_deadline: {steps: [{call: dma_fence_set_deadline, on: members}]}}
---
manifest: 1
driver: leaf
fences: {leaf: {ops: {set_deadline: {}}}}
`;

const rules = (each: string) =>
  analyze({
    manifests: parseManifests(CONTAINER, "fences.yaml"),
    policy: parsePolicy(POLICY(each), "policy.yaml"),
  }).findings.map(({ rule }) => rule);

it("a lock that lies in every fence is a class of its own for each table", () => {
  expect(rules("")).toEqual(["self-deadlock"]);
  expect(rules(", each: fence")).toEqual([]);
});

import { analyze, type Finding, type Manifest, parseManifests, parsePolicy } from "../../src/index.js";

/** A policy without a framework: then only the drivers' paths count. */
export const NO_FRAMEWORK = "policy: 1\nname: none\n";

/** A framework of a few functions, each as plain as can be. */
export const FRAMEWORK = `
policy: 1
name: small
locks:
  rcu: {kind: rcu, scope: global}
functions:
  dma_fence_signal:
    contexts: []
    steps: [{lock: fence.lock, irq: save, steps: [{call: dma_fence_signal_locked}]}]
  dma_fence_signal_locked:
    contexts: []
    returns_if_signaled: true
    steps: [{needs: fence.lock}, {callbacks: true}]
  dma_fence_add_callback:
    contexts: [process]
    returns_if_signaled: true
    steps: [{lock: fence.lock, irq: save, steps: [{op: enable_signaling}]}]
  dma_fence_set_deadline:
    contexts: [process, hardirq]
    steps: [{op: set_deadline}]
  dma_fence_wait:
    contexts: [process]
    steps: [{op: wait, else: [{wait: fence}]}]
  dma_fence_put:
    contexts: [process]
    steps: [{op: release, when: the last reference}]
`;

const LOCKS = `
locks:
  a: {kind: spinlock}
  b: {kind: spinlock}
  c: {kind: spinlock}
  m: {kind: mutex}
  n: {kind: mutex}
  rw: {kind: rwlock}
  done: {kind: completion}
  grace: {kind: srcu}
`;

/** A manifest of driver `d` with locks of several kinds, and `body` after them. */
export const driver = (body: string) => `manifest: 1\ndriver: d\n${LOCKS}\n${body}`;

export const manifests = (text: string): Manifest[] => parseManifests(text, "language.yaml");

/** What is told of these manifests under this policy, both as text. */
export function findings(text: string, policy = NO_FRAMEWORK): readonly Finding[] {
  return analyze({ manifests: manifests(text), policy: parsePolicy(policy, "policy.yaml") }).findings;
}

/** The errors, each as its rule and locks. */
export const errors = (text: string, policy?: string): string[] =>
  named(findings(text, policy).filter(({ severity }) => severity === "error"));

/** Findings, each as its rule and locks. */
export const named = (all: readonly Finding[]): string[] =>
  all.map(({ rule, locks }) => [rule, ...[...locks].sort()].join(" ")).sort();

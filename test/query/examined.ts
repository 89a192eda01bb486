import { type Examination, examine } from "../../src/analysis/examine.js";
import { loadPolicy } from "../../src/cli/load-policy.js";
import { parseManifests } from "../../src/manifest/read.js";
import { parsePolicy } from "../../src/policy/read.js";

/** A manifest's YAML below its first two lines, analysed; without policy only its paths are. */
export function examined(yaml: string, policy?: string): Examination {
  const manifests = parseManifests(`manifest: 1\ndriver: toy\n${yaml}`, "toy.yaml");
  return examine({
    manifests,
    policy: policy === undefined ? parsePolicy("policy: 1\nname: bare\n", "bare.yaml") : loadPolicy(policy),
  });
}

/** Three mutexes taken one in the other in two steps, A over B and B over C, and two more that make a cycle. */
export const CHAIN = `
locks:
  a: {kind: mutex}
  b: {kind: mutex}
  c: {kind: mutex}
  x: {kind: mutex}
  y: {kind: mutex}
  lonely: {kind: mutex}
  unused: {kind: mutex}
functions:
  take_b: {steps: [{lock: b, steps: []}]}
paths:
  first: {steps: [{lock: a, steps: [{call: take_b}]}]}
  again: {steps: [{lock: a, steps: [{call: take_b}]}]}
  direct: {steps: [{lock: a, steps: [{lock: b, steps: []}]}]}
  second: {steps: [{lock: b, steps: [{lock: c, steps: []}]}]}
  third: {steps: [{lock: c, steps: [{lock: x, steps: [{lock: y, steps: []}]}]}]}
  fourth: {steps: [{lock: y, steps: [{lock: x, steps: []}]}]}
  fifth: [lonely]
`;

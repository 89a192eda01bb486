import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { examine } from "../../src/analysis/examine.js";
import type { Finding } from "../../src/checks/finding.js";
import type { Mend } from "../../src/checks/mend.js";
import { analyze, loadPolicy, type Manifest, parseManifests, type WhatIf } from "../../src/index.js";
import { candidates } from "../../src/mend/candidates.js";
import { mender } from "../../src/mend/mends.js";
import type { Code } from "../../src/mend/model.js";

const ROOT = new URL("../../", import.meta.url).pathname;

/** The manifests of these texts. */
export function parsed(...texts: readonly string[]): Manifest[] {
  return texts.flatMap((text, index) => parseManifests(text, `manifest-${index + 1}.yaml`));
}

/** The manifests of a file of the package. */
export function shipped(...files: readonly string[]): Manifest[] {
  return files.flatMap((file) => parseManifests(readFileSync(`${ROOT}${file}`, "utf8"), file));
}

export interface Asked {
  readonly policy?: string;
  readonly hold?: readonly WhatIf[];
  readonly most?: number;
}

/** A finding of an input, what mends it, and a way to analyse what a mend makes of the input. */
export interface Tried {
  readonly finding: Finding;
  readonly mends: readonly Mend[];
  /** The mend of that kind; the test fails where there is none. */
  mend(kind: Mend["kind"]): Mend;
}

/** Tries changes against the finding that fits, and proves each mend by an analysis of its own. */
export function tried(
  manifests: readonly Manifest[],
  wanted: (finding: Finding) => boolean,
  { policy = "linux-6.12", hold, most = 12 }: Asked = {},
): Tried {
  const examination = examine({ manifests, policy: loadPolicy(policy), hold });
  const finding = examination.checked.findings.find(wanted);
  if (finding === undefined) throw new Error("no such finding");
  const mends = mender(examination)(finding, most);
  for (const mend of mends) prove(examination, finding, mend);
  return {
    finding,
    mends,
    mend: (kind) => {
      const found = mends.find((mend) => mend.kind === kind);
      expect(found, `${kind} among ${mends.map(({ change }) => change).join(", ")}`).toBeDefined();
      return found ?? mends[0];
    },
  };
}

/** The finding is gone from the changed input, and all that is new there is among what the mend says it introduces. */
function prove(code: Code, finding: Finding, mend: Mend): void {
  const before = new Set(analyze({ ...code }).findings.map(({ id }) => id));
  let changed = code;
  let now = finding;
  for (const { manifest } of mend.at) {
    const change = candidates(now, changed).find(
      (candidate) =>
        candidate.kind === mend.kind &&
        candidate.at.manifest === manifest &&
        mend.change.includes(candidate.change) &&
        !mend.change.replace(candidate.change, "").startsWith(","),
    );
    if (change === undefined) throw new Error(`not a candidate: ${mend.change}`);
    changed = change.apply(changed);
    const { findings } = analyze({ ...changed });
    now = findings.find((other) => other.rule === now.rule && other.locks.join() === now.locks.join()) ?? now;
  }
  const after = analyze({ ...changed }).findings;
  expect(
    after.map(({ id }) => id),
    mend.change,
  ).not.toContain(finding.id);
  const told = mend.introduces.map(({ id }) => id);
  expect(after.filter(({ id }) => told.includes(id)).length).toBe(told.length);
  expect(told.filter((id) => before.has(id))).toEqual([]);
}

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { examine } from "../../src/analysis/examine.js";
import { loadPolicy } from "../../src/cli/load-policy.js";
import { parseManifests } from "../../src/manifest/read.js";
import { waysOf } from "../../src/query/ways.js";

it("every dependency of the lock graph has a way in which it comes about, of each of its kinds", () => {
  const drivers = ["sw_sync", "vgem", "dma_fence_array", "dma_fence_chain"];
  const manifests = drivers.flatMap((driver) => {
    const file = `manifests/${driver}.yaml`;
    return parseManifests(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8"), file);
  });
  const examination = examine({ manifests, policy: loadPolicy("rfc-ops-under-fence-lock") });
  const { classes, dependencies } = examination.checked.locks;
  expect(dependencies.length).toBeGreaterThan(20);
  for (const { from, to, sources } of dependencies) {
    const kinds = new Set(waysOf(examination, from, to).map(({ dependency }) => dependency.kind));
    expect(kinds.size, `${classes[from].name} -> ${classes[to].name}`).toBe(sources.length);
  }
});

import type { Finding } from "../checks/finding.js";
import type { Manifest } from "../manifest/model.js";
import { allSteps } from "../manifest/steps.js";
import { changeManifest, find } from "./bodies.js";
import type { Code } from "./model.js";

/**
 * The part of the input that a finding is about: the drivers that it names, those that its evidence passes through, the
 * containers (which lead from any fence to any other), and whatever these refer to by name.
 */
export function partFor(code: Code, { drivers, dependencies }: Finding): Code {
  const byDriver = new Map(code.manifests.map((manifest) => [manifest.driver, manifest]));
  const links = dependencies.flatMap(({ evidence }) => evidence.chain);
  const passed = new Set(links.map((link) => find(code, link)?.manifest));
  const open = code.manifests.filter(
    (manifest) =>
      drivers.includes(manifest.driver) ||
      passed.has(manifest) ||
      manifest.fences.some(({ container }) => container),
  );
  const wanted = new Set(open);
  for (let manifest = open.pop(); manifest !== undefined; manifest = open.pop()) {
    for (const driver of referredTo(manifest)) {
      const other = byDriver.get(driver);
      if (other === undefined || wanted.has(other)) continue;
      wanted.add(other);
      open.push(other);
    }
  }
  return { ...code, manifests: code.manifests.filter((manifest) => wanted.has(manifest)) };
}

/** The drivers whose functions or fences a manifest names in its steps: without them it does not link. */
function referredTo(manifest: Manifest): Set<string> {
  const found = new Set<string>();
  changeManifest(manifest, ({ steps }) => {
    for (const step of allSteps(steps)) {
      if (step.kind === "call" && step.call.includes(":"))
        found.add(step.call.slice(0, step.call.indexOf(":")));
      for (const on of ["on" in step ? step.on : undefined, step.kind === "call" ? step.keeps : undefined])
        if (on?.includes("/")) found.add(on.slice(0, on.indexOf("/")));
    }
    return steps;
  });
  return found;
}

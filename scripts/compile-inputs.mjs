// Reads the shipped manifests and policies once, at build time: see src/cli/compiled.ts.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { contentKey } from "../dist/cli/compiled.js";
import { parseManifests } from "../dist/manifest/read.js";
import { parsePolicy } from "../dist/policy/read.js";

const root = new URL("..", import.meta.url);
const yaml = (folder) =>
  readdirSync(new URL(folder, root), { recursive: true })
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map((name) => ({
      name: `${folder}${name}`,
      text: readFileSync(new URL(`${folder}${name}`, root), "utf8"),
    }));

const compiled = { manifests: {}, policies: {} };
for (const { name, text } of yaml("manifests/"))
  compiled.manifests[contentKey(text)] = parseManifests(text, name);
for (const { name, text } of yaml("rules/")) {
  if (/^policy:/m.test(text)) compiled.policies[contentKey(text)] = parsePolicy(text, name);
  else compiled.manifests[contentKey(text)] = parseManifests(text, name);
}
writeFileSync(new URL("dist/compiled.json", root), JSON.stringify(compiled));

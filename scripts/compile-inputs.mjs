// Reads the shipped manifests and policies once, at build time: see src/cli/compiled.ts.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseManifests } from "../dist/manifest/read.js";
import { parsePolicy } from "../dist/policy/read.js";

const root = new URL("..", import.meta.url);
const files = (folder) =>
  readdirSync(new URL(folder, root), { recursive: true })
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map((name) => `${folder}${name}`);

const compiled = { manifests: {}, policies: {} };
for (const file of [...files("manifests/"), ...files("rules/")]) {
  const text = readFileSync(new URL(file, root), "utf8");
  if (/^policy:/m.test(text)) compiled.policies[text] = { file, read: parsePolicy(text, file) };
  else compiled.manifests[text] = { file, read: parseManifests(text, file) };
}
writeFileSync(new URL("dist/compiled.json", root), JSON.stringify(compiled));

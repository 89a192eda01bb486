import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  analyze,
  loadPolicy,
  type Policy,
  parseManifests,
  parsePolicy,
  resolvePolicy,
} from "../../src/index.js";
import type { Overlay } from "../../src/policy/model.js";
import { jsonSchema } from "../../src/schemas/json-schema.js";
import { ROOT } from "../cli/run.js";

const FILE = "docs/languages.md";
const text = readFileSync(`${ROOT}${FILE}`, "utf8");

interface Example {
  readonly yaml: string;
  /** An overlay, and not a manifest of its own. */
  readonly file?: string;
  /** Its line in the page. */
  readonly line: number;
}

const examples: Example[] = [...text.matchAll(/(?:^<!-- file: (.*) -->\n)?^```yaml\n(.*?)^```$/gms)].map(
  (match) => ({
    file: match[1],
    yaml: match[2],
    line: text.slice(0, match.index).split("\n").length + 1,
  }),
);
const isPolicy = ({ yaml }: Example) => /^policy:/m.test(yaml);
const policies = new Map<string, Policy>(
  examples.filter(isPolicy).map(({ yaml, line }) => {
    const document = parsePolicy(yaml, `${FILE}:${line}`);
    const policy = resolvePolicy(document, (base) => loadPolicy(base));
    return [document.name, { ...policy, overlays: policy.overlays.map(withManifests) }];
  }),
);

function withManifests(overlay: Overlay): Overlay {
  const { yaml = "", line = 0 } = examples.find(({ file }) => file === overlay.path) ?? {};
  return { ...overlay, manifests: parseManifests(yaml, `${FILE}:${line}`) };
}

const manifests = examples
  .filter((example) => !isPolicy(example) && example.file === undefined)
  .map(({ yaml, line }) => {
    const [, policy = "", findings = ""] = /^# under (\S+): (.*)$/m.exec(yaml) ?? [];
    return { yaml, line, policy, findings };
  });

describe("the examples in docs/languages.md", () => {
  it.each(manifests)("line $line, under $policy: $findings", ({ yaml, line, policy: name, findings }) => {
    const policy = policies.get(name) ?? loadPolicy(name);
    const report = analyze({ manifests: parseManifests(yaml, `${FILE}:${line}`), policy });
    const found = new Set(report.findings.map(({ rule, certainty }) => `${rule} (${certainty})`));
    expect([...found].sort().join(", ") || "nothing").toBe(findings);
  });

  it.each([...policies])("policy %s can be analysed", (_, policy) => {
    const other = parseManifests("manifest: 1\ndriver: other\nfences: {other: {}}", "other.yaml");
    expect(() => analyze({ manifests: other, policy })).not.toThrow();
  });
});

/** Every key of a schema, at whatever depth; names that users choose are not among them. */
function keysOf(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  const own =
    "properties" in node && typeof node.properties === "object" ? Object.keys(node.properties ?? {}) : [];
  return [...own, ...Object.values(node).flatMap(keysOf)];
}

describe("docs/languages.md", () => {
  const code = new Set([...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, span]) => span.split(/[:\s,]+/)));

  it.each(["manifest", "policy"] as const)("tells of every key of the %s language", (language) => {
    const missing = new Set(keysOf(jsonSchema(language)).filter((key) => !code.has(key)));
    expect([...missing]).toEqual([]);
  });

  it("has an example of each step", () => {
    const steps = ["lock", "unlock", "call", "defer", "sync", "wait", "complete", "sleep", "alloc", "needs"];
    for (const step of [...steps, "either", "unknown", "op", "callbacks"])
      expect(
        examples.some(({ yaml }) => new RegExp(`[-{] ?${step}:`).test(yaml)),
        step,
      ).toBe(true);
  });
});

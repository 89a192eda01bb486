import { readdirSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.js";
import type { Report } from "../../src/analysis/report.js";
import { loadPolicy } from "../../src/cli/load-policy.js";
import { parseManifests } from "../../src/manifest/read.js";
import { json } from "../../src/report/json.js";
import type { reportSchema } from "../../src/report/schema.js";
import { jsonSchema, SCHEMAS, type SchemaName, schemaText } from "../../src/schemas/json-schema.js";
import { parseText } from "../../src/source/document.js";

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
const yamlFiles = (folder: string) =>
  readdirSync(new URL(`../../${folder}`, import.meta.url), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => `${folder}${name}`)
    .sort();

const validator = (name: SchemaName, strict = false) =>
  new Ajv({ allErrors: true, strictTypes: false }).compile(jsonSchema(name, strict));
const validate = {
  manifest: validator("manifest"),
  policy: validator("policy"),
  report: validator("report", true),
};

function problems(name: SchemaName, data: unknown): readonly string[] {
  if (validate[name](data)) return [];
  return (validate[name].errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

const inputs = [...yamlFiles("manifests/"), ...yamlFiles("rules/")].flatMap((file) => {
  const text = read(file);
  const kind: SchemaName = /^policy:/m.test(text) ? "policy" : "manifest";
  return parseText(text, file).documents.map(({ data }) => ({ file, kind, data }));
});

describe("the JSON Schema of the manifest and policy languages", () => {
  it.each(inputs)("accepts $file", ({ kind, data }) => {
    expect(problems(kind, data)).toEqual([]);
  });

  it("refuses an unknown key, op, lock kind and step", () => {
    const manifest = (parts: object) => ({ manifest: 1, driver: "d", ...parts });
    const path = (step: object) => manifest({ paths: { p: { steps: [step] } } });
    for (const wrong of [
      manifest({ lokcs: {} }),
      manifest({ locks: { a: { kind: "spin" } } }),
      manifest({ fences: { f: { ops: { set_dedline: {} } } } }),
      path({ lokc: "a" }),
      path({ lock: "a", irq: "restore" }),
      path({ op: "signaled" }),
    ])
      expect(problems("manifest", wrong)).not.toEqual([]);
    expect(
      problems("policy", { policy: 1, name: "p", functions: { f: { steps: [{ op: "wiat" }] } } }),
    ).not.toEqual([]);
  });

  it("describes each key of a step, and names the ops as properties so that editors complete them", () => {
    const definitions = jsonSchema("manifest").definitions ?? {};
    const keys = definitions.lockStep.properties ?? {};
    expect(Object.keys(keys)).toContain("subclass");
    for (const [key, value] of Object.entries(keys))
      expect(typeof value === "object" && (value.description ?? value.$ref), key).toBeTruthy();
    const ops = definitions.fence.properties?.ops;
    expect(Object.keys((typeof ops === "object" && ops.properties) || {})).toContain("set_deadline");
  });
});

describe("the JSON Schema of reports", () => {
  it.each(["linux-6.12", "rfc-ops-under-fence-lock"])("accepts every key of a report under %s", (name) => {
    const drivers = ["sw_sync", "msm", "dma_fence_array", "drm_sched", "vgem"];
    const manifests = drivers.flatMap((driver) =>
      parseManifests(read(`manifests/${driver}.yaml`), `${driver}.yaml`),
    );
    const report = analyze({ manifests, policy: loadPolicy(name) });
    expect(report.findings.length).toBeGreaterThan(0);
    expect(problems("report", JSON.parse(json(report)))).toEqual([]);
  });

  it("has the keys of the type, down to the last", () => {
    type AllKeys<T> = { -readonly [Key in keyof T]-?: AllKeys<T[Key]> };
    type Same<A, B> = A extends B ? (B extends A ? true : never) : never;
    type Contract = (typeof reportSchema)["_zod"]["output"];
    const same: Same<AllKeys<Report>, AllKeys<Contract>> = true; // else this does not compile
    expect(same).toBe(true);
  });
});

describe("the published schemas", () => {
  it.each(Object.keys(SCHEMAS) as SchemaName[])(
    "schemas/%s.schema.json is what the program prints",
    (name) => {
      expect(read(`schemas/${name}.schema.json`)).toBe(schemaText(name));
    },
  );
});

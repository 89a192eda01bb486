import { z } from "zod";
import { manifestSchema } from "../manifest/schema.js";
import { policySchema } from "../policy/schema.js";
import { reportSchema } from "../report/schema.js";
import { opDescriptions } from "./ops.js";

/** The languages and contracts that have a JSON Schema. */
export const SCHEMAS = {
  manifest: manifestSchema,
  policy: policySchema,
  report: reportSchema,
} as const satisfies Record<string, z.ZodType>;

export type SchemaName = keyof typeof SCHEMAS;

export type JsonSchema = z.core.JSONSchema.BaseSchema & {
  /** Where draft 7 has what later drafts call $defs. */
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
};

/**
 * The JSON Schema of a language or contract. Draft 7: the newest that YAML and JSON editors complete from in full.
 * @param strict whether a report may have no key that the schema does not know (manifests and policies never may)
 */
export function jsonSchema(name: SchemaName, strict = false): JsonSchema {
  const schema = z.toJSONSchema(SCHEMAS[name], { target: "draft-7", io: strict ? "output" : "input" });
  tidy(schema);
  return schema;
}

/** What zod writes, said more plainly; what is valid stays the same. */
function tidy(schema: JsonSchema): void {
  for (const child of Object.values(schema)) visit(child);
  plainIntegers(schema);
  opsAsProperties(schema);
  bareReference(schema);
}

function visit(value: unknown): void {
  if (Array.isArray(value)) for (const entry of value) visit(entry);
  else if (isSchema(value)) tidy(value);
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null;
}

/** As it is printed and published, one line break at the end. */
export function schemaText(name: SchemaName): string {
  return `${JSON.stringify(jsonSchema(name), null, 2)}\n`;
}

/** zod bounds every integer by what a double holds exactly; that says nothing to a reader. */
function plainIntegers(schema: JsonSchema): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.exclusiveMinimum === 0) {
    delete schema.exclusiveMinimum;
    schema.minimum = 1;
  }
}

/** Editors complete keys from `properties`, few of them from the names that `propertyNames` allows. */
function opsAsProperties(schema: JsonSchema): void {
  const names = schema.propertyNames;
  const value = schema.additionalProperties;
  if (typeof names !== "object" || names.enum === undefined || typeof value !== "object") return;
  delete schema.propertyNames;
  schema.additionalProperties = false;
  schema.properties = Object.fromEntries(
    names.enum.map((op) => [String(op), { description: opDescriptions[String(op)], allOf: [value] }]),
  );
}

/** Draft 7 ignores what stands beside a `$ref`, hence zod's `allOf`; where nothing does, the reference is enough. */
function bareReference(schema: JsonSchema): void {
  const [only, second] = schema.allOf ?? [];
  if (only === undefined || second !== undefined || Object.keys(schema).length > 1) return;
  delete schema.allOf;
  Object.assign(schema, only);
}

// Writes the JSON Schemas that editors complete from into schemas/: see src/schemas/json-schema.ts.
import { mkdirSync, writeFileSync } from "node:fs";
import { SCHEMAS, schemaText } from "../dist/schemas/json-schema.js";

const folder = new URL("../schemas/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const name of Object.keys(SCHEMAS))
  writeFileSync(new URL(`${name}.schema.json`, folder), schemaText(name));

import { type SchemaName, schemaText } from "../schemas/json-schema.js";
import { CLEAN, type Io } from "./io.js";

/** `schema manifest|policy|report`. */
export function schema(name: SchemaName, io: Io): number {
  io.out(schemaText(name));
  return CLEAN;
}

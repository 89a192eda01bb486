/**
 * What it takes to check small JSON data by hand. Start-up is short because a valid JSON file needs neither the YAML
 * parser nor the schemas: these are loaded to say what is wrong, and where.
 */

export type Fields = Readonly<Record<string, unknown>>;

/** JSON, or nothing where the text is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether this is a map with no other keys than these. */
export function isMapOf(data: unknown, keys: readonly string[]): data is Fields {
  return (
    typeof data === "object" &&
    data !== null &&
    !Array.isArray(data) &&
    Object.keys(data).every((key) => keys.includes(key))
  );
}

export function isText(data: unknown): data is string {
  return typeof data === "string" && data !== "";
}

export function isMissingOrText(data: unknown): data is string | undefined {
  return data === undefined || isText(data);
}

/** Every entry read, or nothing where the data is no list or one of its entries is not as it should be. */
export function listOf<T>(data: unknown, read: (entry: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(data)) return undefined;
  const entries: T[] = [];
  for (const entry of data) {
    const value = read(entry);
    if (value === undefined) return undefined;
    entries.push(value);
  }
  return entries;
}

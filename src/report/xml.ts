const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** What XML 1.0 may not contain at all, not even as a reference (production [2], Char); lone surrogates are a part. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu;

/** Text between tags. A carriage return would be read as a line feed, so it is a reference. */
export function xmlText(text: string): string {
  return text
    .replace(NOT_XML, "\ufffd")
    .replace(/[&<>"]/g, (character) => ENTITIES[character])
    .replaceAll("\r", "&#13;");
}

/** An attribute's value: line breaks and tabs would be read as spaces, so they are references. */
export function xmlAttribute(text: string): string {
  return xmlText(text).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}

/** ` name="value"` for each. */
export function xmlAttributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xmlAttribute(String(value))}"`)
    .join("");
}

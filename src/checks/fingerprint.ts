/**
 * A short stable name for a finding. FNV-1a over two seeds: enough to tell a few thousand findings apart, and the
 * same on every machine without a crypto library.
 */
export function fingerprint(parts: readonly string[]): string {
  const text = parts.join("\u0000");
  return hash(text, 0x811c9dc5) + hash(text, 0x01000193);
}

function hash(text: string, seed: number): string {
  let value = seed;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, "0");
}

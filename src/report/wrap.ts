/**
 * Breaks text at its spaces into lines of at most `width` columns. A line is longer only where it holds a single word
 * that is; such a word gets less indentation rather than none of the room.
 * @param first what the first line begins with
 * @param rest what the others begin with: spaces
 */
export function wrap(text: string, width: number, first = "", rest = " ".repeat(first.length)): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of oneLine(text)
    .split(/\s+/)
    .filter((part) => part !== "")) {
    const space = empty ? "" : " ";
    const fits = line.length + space.length + word.length <= width;
    if (!fits && (!empty || line.trim() !== "")) {
      lines.push(line.trimEnd());
      line = rest;
      empty = true;
    }
    if (empty && line.trim() === "") line = line.slice(0, Math.max(0, width - word.length));
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  if (!empty) lines.push(line);
  return lines;
}

/** Text on one line: what would break it, or steer a terminal, is a space. */
export function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
  return text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, " ");
}

/** The same, but for line breaks and tabs, which stay. */
export function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0085\u2028\u2029]+/g, " ");
}

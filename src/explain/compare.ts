/** The numbers of the lines that a text has beyond what it shares, in order, with another. */
export function linesOnlyIn(lines: readonly string[], other: readonly string[]): ReadonlySet<number> {
  // length[i][j]: the longest common part of lines from i on and the other's from j on.
  const length = Array.from({ length: lines.length + 1 }, () => Array<number>(other.length + 1).fill(0));
  for (let i = lines.length - 1; i >= 0; i--) {
    for (let j = other.length - 1; j >= 0; j--)
      length[i][j] =
        lines[i] === other[j] ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);
  }
  const only = new Set<number>();
  for (let i = 0, j = 0; i < lines.length; ) {
    if (j < other.length && lines[i] === other[j]) {
      i++;
      j++;
    } else if (j < other.length && length[i][j + 1] >= length[i + 1][j]) j++;
    else only.add(i++);
  }
  return only;
}

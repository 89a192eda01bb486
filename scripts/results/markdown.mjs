// Markdown that reads well as it stands, too: tables, folds, and the kernel's names as code.

/** A table; each row a list of cells that are Markdown already. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Folded away, but for a few lines. */
export function folded(summary, content, lines) {
  const open = lines <= FEW ? " open" : "";
  return [`<details${open}><summary>${summary}</summary>`, "", content, "", "</details>"].join("\n");
}
const FEW = 6;

export const code = (text) => `\`${text.replaceAll("`", "'").replaceAll("|", "\\|")}\``;

/** A sentence with everything that is a name of the kernel's or of a manifest's set as code. */
export function prose(text) {
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(NAME)) {
    if (!isName(match[0])) continue;
    pieces.push(plain(text.slice(end, match.index)), code(match[0]));
    end = match.index + match[0].length;
  }
  return [...pieces, plain(text.slice(end))].join("");
}

/** A word with what it is a member of, and with its arguments. `->` before a word makes an op, between words a step. */
const NAME = /(?:->)?\w+(?:(?:[./:]|->)\w+)*(?:\([^()\s]*\))?/g;

function isName(word) {
  return /_|\(|->/.test(word) || /^[a-z]\w*[./]\w+/i.test(word);
}

function plain(text) {
  return text.replaceAll("->", "→").replace(/[\\`*_<|]/g, (sign) => `\\${sign}`);
}

/** What GitHub and GitLab make of a heading. */
export const anchor = (heading) =>
  `#${heading
    .toLowerCase()
    .replace(/[^\w -]/g, "")
    .replaceAll(" ", "-")}`;

/** `1 error`, `2 errors`. */
export const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** How often each word comes up, in the order in which it first does. */
export function tally(words) {
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

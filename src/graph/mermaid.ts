import { type Drawing, type DrawnLock, isLinked, leftOutText } from "./drawing.js";

/** As Mermaid reads it, for Markdown: outermost locks on top, what errors are about in red, other cycles in orange. */
export function mermaid(drawing: Drawing): string {
  const { dependencies } = drawing;
  const locks = drawing.locks.filter((lock) => isLinked(lock, drawing));
  const leftOut = leftOutText(drawing);
  const ids = new Map(locks.map(({ name }, i) => [name, `n${i}`]));
  const idOf = (name: string) => ids.get(name) ?? "";
  const styled = (wanted: (dependency: (typeof dependencies)[number]) => boolean, style: string) => {
    const numbers = dependencies.flatMap((dependency, i) => (wanted(dependency) ? [i] : []));
    return numbers.length === 0 ? [] : [`  linkStyle ${numbers.join(",")} ${style}`];
  };
  const lines = [
    `flowchart ${drawing.focus === undefined ? "TB" : "LR"}`,
    `  %% ${drawing.policy}`,
    ...(leftOut === undefined ? [] : [`  %% ${leftOut}`]),
    ...locks.map((lock) => `  ${idOf(lock.name)}${shape(lock)}${styleOf(lock)}`),
    ...dependencies.map(({ from, to, kinds }) => `  ${idOf(from)} -->${labelOf(kinds)} ${idOf(to)}`),
    ...styled(({ finding }) => finding === "error", "stroke:#c00,stroke-width:2px"),
    ...styled(({ finding, cyclic }) => finding !== "error" && cyclic, "stroke:#e67e00"),
    "  classDef error stroke:#c00,stroke-width:2px,fill:#fde8e8",
    "  classDef cyclic stroke:#e67e00,fill:#fff3e0",
    "  classDef fence fill:#e8f0fe",
  ];
  return `${lines.join("\n")}\n`;
}

/** None for the usual kind, EN. */
function labelOf(kinds: readonly string[]): string {
  return kinds.length === 1 && kinds[0] === "EN" ? "" : `|${kinds.join(" ")}|`;
}

function shape({ name, kind }: DrawnLock): string {
  const label = `"${`${name}<br/>${kind}`.replaceAll('"', "#quot;")}"`;
  return kind === "wait" ? `([${label}])` : `[${label}]`;
}

function styleOf({ finding, cyclic, fences }: DrawnLock): string {
  if (finding === "error") return ":::error";
  if (cyclic) return ":::cyclic";
  return fences.length > 0 ? ":::fence" : "";
}

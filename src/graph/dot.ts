import { type Drawing, type DrawnDependency, type DrawnLock, isLinked, leftOutText } from "./drawing.js";

/**
 * As Graphviz reads it: outermost locks on top (on the left around a focus, which may have many neighbours), what
 * errors are about in red, other cycles in orange. A dependency without a word is of the usual kind, EN.
 */
export function dot(drawing: Drawing): string {
  const leftOut = leftOutText(drawing);
  const direction = drawing.focus === undefined ? "TB" : "LR";
  const lines = [
    `digraph ${quote(drawing.policy)} {`,
    ...(leftOut === undefined ? [] : [`  // ${leftOut}`]),
    `  label=${quote([drawing.policy, ...(leftOut === undefined ? [] : [leftOut])].join("\\n"))}; labelloc=t;`,
    `  rankdir=${direction}; nodesep=0.2; ranksep=0.6; fontname="sans-serif"; fontsize=11;`,
    '  node [shape=box, style="filled", fillcolor=white, fontname="sans-serif", fontsize=10];',
    '  edge [fontname="sans-serif", fontsize=8, color=gray40, fontcolor=gray40];',
    ...drawing.locks.filter((lock) => isLinked(lock, drawing)).map((lock) => `  ${node(lock)}`),
    ...drawing.dependencies.map((dependency) => `  ${edge(dependency)}`),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function node({ name, kind, fences, cyclic, finding }: DrawnLock): string {
  const role =
    fences.length === 0
      ? kind
      : `${kind}, lock of ${fences.length > 2 ? `${fences.length} fences` : fences.join(" and ")}`;
  const attributes = [`label=${quote(`${name}\\n${role}`)}`];
  if (kind === "wait") attributes.push('shape=ellipse, style="filled,dashed"');
  if (finding === "error") attributes.push('color=red3, penwidth=2, fillcolor="#fde8e8"');
  else if (cyclic) attributes.push('color=darkorange2, fillcolor="#fff3e0"');
  else if (fences.length > 0) attributes.push('fillcolor="#e8f0fe"');
  return `${quote(name)} [${attributes.join(", ")}];`;
}

function edge({ from, to, kinds, cyclic, finding }: DrawnDependency): string {
  const usual = kinds.length === 1 && kinds[0] === "EN";
  const attributes = usual ? [] : [`label=${quote(kinds.join(" "))}`];
  if (finding === "error") attributes.push("color=red3, fontcolor=red3, penwidth=2");
  else if (cyclic) attributes.push("color=darkorange2, fontcolor=darkorange2");
  const list = attributes.length === 0 ? "" : ` [${attributes.join(", ")}]`;
  return `${quote(from)} -> ${quote(to)}${list};`;
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '\\"')}"`;
}

import { reportOf } from "../analysis/analyze.js";
import type { Examination } from "../analysis/examine.js";
import type { Finding } from "../checks/finding.js";
import { bySeverity, type Severity } from "../checks/rules.js";
import { edgeOf } from "../lockgraph/graph.js";
import { ALL_KINDS, ARRIVED_N, ARRIVED_R, EN, ER, kindName, SN, SR } from "../lockgraph/kinds.js";
import { isWait } from "../lockgraph/usage.js";
import { policyLabel } from "../report/names.js";
import { compare } from "../source/compare.js";
import type { Drawing, DrawnDependency, DrawnLock } from "./drawing.js";

/** The whole lock graph, locks and dependencies by name. */
export function drawAll(examination: Examination): Drawing {
  const { program, checked } = examination;
  const { locks, findings } = checked;
  const marks = marksOf(findings);
  const fencesOf = (lock: object) =>
    program.fences.filter((fence) => fence.lock === lock).map(({ name }) => name);
  const onCycle = new Set<number>();
  const dependencies = locks.dependencies.map(({ from, to, kinds }): DrawnDependency => {
    const edge = edgeOf(locks.graph, from, to);
    const cyclic = locks.strong.onCycle(from, edge, ARRIVED_N) || locks.strong.onCycle(from, edge, ARRIVED_R);
    if (cyclic) onCycle.add(from).add(to);
    const [outer, inner] = [locks.classes[from].name, locks.classes[to].name];
    return {
      from: outer,
      to: inner,
      kinds: [EN, ER, SN, SR].filter((kind) => kinds & kind & ALL_KINDS).map(kindName),
      cyclic,
      finding: marks.dependencies.get(`${outer} ${inner}`),
    };
  });
  const drawn = locks.classes.map(
    ({ name, lock }, index): DrawnLock => ({
      name,
      kind: isWait(lock) ? "wait" : lock.kind,
      fences: fencesOf(lock),
      cyclic: onCycle.has(index),
      finding: marks.locks.get(name),
    }),
  );
  return {
    schema: "fence-lockcheck/graph/1",
    policy: policyLabel(reportOf(examination)),
    locks: drawn.sort((a, b) => compare(a.name, b.name)),
    dependencies: [...dependencies, ...loops(findings, new Set(drawn.map(({ name }) => name)))].sort(
      (a, b) => compare(a.from, b.from) || compare(a.to, b.to),
    ),
  };
}

interface Marks {
  readonly locks: ReadonlyMap<string, Severity>;
  readonly dependencies: ReadonlyMap<string, Severity>;
}

/** Findings come with the highest severity first: the first mark stays. */
function marksOf(findings: readonly Finding[]): Marks {
  const locks = new Map<string, Severity>();
  const dependencies = new Map<string, Severity>();
  const worstFirst = [...findings].sort(bySeverity);
  for (const { severity, locks: names, dependencies: links } of worstFirst) {
    for (const name of names) if (!locks.has(name)) locks.set(name, severity);
    for (const { from, to } of links) {
      const key = `${from} ${to}`;
      if (!dependencies.has(key)) dependencies.set(key, severity);
    }
  }
  return { locks, dependencies };
}

/** A class that is taken under itself is no dependency to lockdep (check_deadlock()), but a picture shows it. */
function loops(findings: readonly Finding[], known: ReadonlySet<string>): DrawnDependency[] {
  const drawn = new Map<string, DrawnDependency>();
  for (const { rule, severity, dependencies } of findings) {
    if (rule !== "self-deadlock") continue;
    for (const { from, to, kind } of dependencies) {
      if (!drawn.has(from) && known.has(from))
        drawn.set(from, { from, to, kinds: [kind], cyclic: true, finding: severity });
    }
  }
  return [...drawn.values()];
}

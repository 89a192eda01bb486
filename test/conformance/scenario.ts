import type { Manifest } from "../../src/index.js";
import { parseManifests } from "../../src/index.js";

export interface Scenario {
  readonly id: string;
  readonly group: string;
  readonly locks: Readonly<Record<string, string>>;
  readonly sections: readonly { readonly context: string; readonly steps: readonly ScenarioStep[] }[];
  readonly lockdep: {
    readonly verdict: "clean" | "splat" | "either" | "missed";
    readonly reports: readonly Report[];
    /** Of a `missed` one: the sections that get stuck, and the step at which each does. */
    readonly witness?: { readonly sections: readonly number[]; readonly stopped_at_step: readonly number[] };
  };
}

export interface ScenarioStep {
  readonly op: "acquire" | "release";
  readonly lock: string;
  readonly mode?: string;
  readonly irq?: "none" | "save" | "bh";
  readonly subclass?: number;
  readonly try?: boolean;
}

export type Report =
  | "recursive"
  | "circular"
  | "irq-inconsistent"
  | "irq-inversion"
  | "irq-unsafe-order"
  | "wait-context";

/** What each of lockdep's reports is called here (fixtures/conformance/README.md). */
export const RULE_OF: Readonly<Record<Report, string>> = {
  recursive: "self-deadlock",
  circular: "lock-order",
  "irq-inconsistent": "irq-inconsistent",
  "irq-inversion": "irq-inversion",
  "irq-unsafe-order": "irq-inversion",
  "wait-context": "wait-context",
};

/** A scenario as a manifest: each section a path, each lock a class of its own. */
export function manifestOf(scenario: Scenario): Manifest[] {
  const locks = Object.fromEntries(Object.entries(scenario.locks).map(([name, kind]) => [name, { kind }]));
  const paths = Object.fromEntries(
    scenario.sections.map(({ context, steps }, index) => [
      `section_${index}`,
      { context, steps: steps.map(stepOf) },
    ]),
  );
  return parseManifests(
    JSON.stringify({ manifest: 1, driver: "scenario", locks, paths }),
    `${scenario.id}.json`,
  );
}

function stepOf(step: ScenarioStep): object {
  if (step.op === "release") return { unlock: step.lock };
  const { lock, mode, subclass, irq } = step;
  return {
    lock,
    mode,
    ...(irq === "save" ? { irq: "save" } : {}),
    ...(irq === "bh" ? { bh: true } : {}),
    ...(subclass ? { subclass } : {}),
    ...(step.try ? { try: true } : {}),
  };
}

import fc from "fast-check";
import { analyze, type Finding, parseManifests, parsePolicy } from "../../src/index.js";
import type { Mode, Step, Thread } from "./scheduler.js";

/** A few threads, as the scheduler runs them and as a manifest tells them. */
export interface Program {
  readonly kinds: Readonly<Record<string, string>>;
  readonly threads: readonly Thread[];
  readonly manifest: string;
  /** By line of the manifest, which step of which thread stands there. */
  readonly steps: ReadonlyMap<number, { readonly thread: number; readonly step: number }>;
}

/** What may be asked of locks, by their kind. */
const MODES: Readonly<Record<string, readonly Mode[]>> = {
  spinlock: ["write"],
  mutex: ["write"],
  rwlock: ["write", "read", "recursive-read"],
  rwsem: ["write", "read"],
};

const NAMES = ["A", "B", "C", "D"];

const POLICY = parsePolicy(JSON.stringify({ policy: 1, name: "none" }), "none.json");

export function findingsOf({ manifest }: Program): readonly Finding[] {
  return analyze({ manifests: parseManifests(manifest, "program.yaml"), policy: POLICY }).findings;
}

const choice = fc.record({
  lock: fc.nat({ max: NAMES.length - 1 }),
  mode: fc.nat({ max: 2 }),
  try: fc.boolean().map((value) => value),
  rarely: fc.nat({ max: 9 }),
  release: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
});
type Choice = typeof choice extends fc.Arbitrary<infer T> ? T : never;

const kindsOf = (kinds: readonly string[]) => Object.fromEntries(NAMES.map((name, i) => [name, kinds[i]]));

/**
 * Threads that take locks one by one and release them in any order.
 * @param kinds which kinds of locks there may be
 * @param again whether a thread may take what it holds
 */
export function flatPrograms(kinds: readonly string[], again: boolean): fc.Arbitrary<Program> {
  const kind = fc.constantFrom(...kinds);
  return fc
    .tuple(
      fc.array(kind, { minLength: NAMES.length, maxLength: NAMES.length }).map(kindsOf),
      fc.array(fc.array(choice, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 3 }),
    )
    .map(([named, drawn]) =>
      flat(
        named,
        drawn.map((choices) => threadOf(named, choices, again)),
      ),
    );
}

function threadOf(
  kinds: Readonly<Record<string, string>>,
  choices: readonly Choice[],
  again: boolean,
): Thread {
  const steps: Step[] = [];
  const held: string[] = [];
  const letGo = (index: number) => steps.push({ release: held.splice(index, 1)[0] });
  for (const { lock, mode, rarely, release, ...drawn } of choices) {
    const name = NAMES[lock];
    const modes = MODES[kinds[name]];
    if (!held.includes(name) || (again && rarely === 0)) {
      steps.push({ take: name, mode: modes[mode % modes.length], try: drawn.try && rarely > 6 });
      held.push(name);
    }
    if (release !== undefined && held.length > 0) letGo(release % held.length);
  }
  while (held.length > 0) letGo(held.length - 1);
  return steps;
}

function flat(kinds: Readonly<Record<string, string>>, threads: readonly Thread[]): Program {
  const steps = new Map<number, { thread: number; step: number }>();
  const lines = ["manifest: 1", "driver: program", `locks: ${locksOf(kinds)}`, "paths:"];
  threads.forEach((thread, t) => {
    lines.push(`  thread_${t}:`, "    steps:");
    thread.forEach((step, s) => {
      lines.push(`      - ${stepText(step)}`);
      steps.set(lines.length, { thread: t, step: s });
    });
  });
  return { kinds, threads, manifest: lines.join("\n"), steps };
}

function locksOf(kinds: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, { kind }])));
}

function stepText(step: Step): string {
  if ("release" in step) return JSON.stringify({ unlock: step.release });
  return JSON.stringify({ lock: step.take, mode: step.mode, ...(step.try ? { try: true } : {}) });
}

/** Part of a body: a lock held for more of the like, or a call of one of the driver's functions. */
interface Piece {
  readonly lock: number;
  readonly mode: number;
  readonly call: boolean;
  readonly body: readonly Piece[];
}

const { pieces } = fc.letrec<{ pieces: readonly Piece[] }>((tie) => ({
  pieces: fc.array(
    fc.record({
      lock: fc.nat({ max: NAMES.length - 1 }),
      mode: fc.nat({ max: 2 }),
      call: fc.boolean(),
      body: fc.oneof({ maxDepth: 2, withCrossShrink: true }, fc.constant([]), tie("pieces")),
    }),
    { maxLength: 2 },
  ),
}));

const FUNCTIONS = 3;

/** Threads and functions of nested locks, that call functions with a lower number: `lock` says which. */
export function callingPrograms(kinds: readonly string[]): fc.Arbitrary<Program> {
  const kind = fc.constantFrom(...kinds);
  return fc
    .tuple(
      fc.array(kind, { minLength: NAMES.length, maxLength: NAMES.length }).map(kindsOf),
      fc.array(pieces, { minLength: FUNCTIONS, maxLength: FUNCTIONS }),
      fc.array(pieces, { minLength: 2, maxLength: 2 }),
    )
    .map(([named, functions, bodies]) => calling(named, functions, bodies));
}

function calling(
  kinds: Readonly<Record<string, string>>,
  functions: readonly (readonly Piece[])[],
  bodies: readonly (readonly Piece[])[],
): Program {
  const modeOf = ({ lock, mode }: Piece) =>
    MODES[kinds[NAMES[lock]]][mode % MODES[kinds[NAMES[lock]]].length];
  const calls = ({ call, lock }: Piece, below: number) => (call && below > 0 ? lock % below : -1);
  const flatten = (body: readonly Piece[], below: number): Step[] =>
    body.flatMap((piece) => {
      const callee = calls(piece, below);
      if (callee >= 0) return flatten(functions[callee], callee);
      const take = NAMES[piece.lock];
      return [{ take, mode: modeOf(piece) }, ...flatten(piece.body, below), { release: take }];
    });
  const told = (body: readonly Piece[], below: number): object[] =>
    body.map((piece) => {
      const callee = calls(piece, below);
      if (callee >= 0) return { call: `function_${callee}` };
      return { lock: NAMES[piece.lock], mode: modeOf(piece), steps: told(piece.body, below) };
    });
  const named = (word: string, all: readonly (readonly Piece[])[], below: (i: number) => number) =>
    Object.fromEntries(all.map((body, i) => [`${word}_${i}`, { steps: told(body, below(i)) }]));
  const manifest = JSON.stringify({
    manifest: 1,
    driver: "program",
    locks: Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, { kind }])),
    functions: named("function", functions, (i) => i),
    paths: named("thread", bodies, () => FUNCTIONS),
  });
  return { kinds, threads: bodies.map((body) => flatten(body, FUNCTIONS)), manifest, steps: new Map() };
}

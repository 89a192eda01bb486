import type { Examination } from "../analysis/examine.js";
import { evidence } from "../checks/evidence.js";
import type { ChainLink, FindingDependency } from "../checks/finding.js";
import { classOfEvent } from "../link/program.js";
import { kindName, kindOf } from "../lockgraph/kinds.js";
import type { Context, Mode } from "../manifest/words.js";
import type { Activation } from "../trace/events.js";
import type { Held, Place } from "../trace/state.js";

/** One way in which a class is taken while another is held. */
export interface Way {
  readonly dependency: FindingDependency;
  /** Other entry points that come to the same lines. */
  readonly alsoFrom: readonly string[];
}

interface Occurrence {
  /** The body that holds the one while it, or what it calls, takes the other. */
  readonly holder: Activation;
  readonly held?: Held;
  readonly place: Place;
  readonly mode: Mode;
}

/**
 * Every way in which class `to` is taken with `from` held, shorter chains first. Ways that run through the same lines
 * from the one acquisition to the other are one way, however they are entered.
 * @param from number of a class in the lock graph
 * @param to likewise; the same as `from` asks for nesting of the class in itself
 */
export function waysOf(examination: Examination, from: number, to: number): Way[] {
  const { classes } = examination.checked.locks;
  const entriesOf = entryPoints(examination);
  const byLines = new Map<string, { dependency: FindingDependency; entries: Set<string> }>();
  for (const { holder, held, place, mode } of occurrences(examination, from, to)) {
    const { report, heldAt } = evidence(place, held === undefined ? [] : [held]);
    const dependency: FindingDependency = {
      from: classes[from].name,
      to: classes[to].name,
      kind: kindName(kindOf(held?.mode ?? "write", mode)),
      held: heldAt[0],
      evidence: report,
    };
    const lines = report.chain.slice(heldAt[0] ?? 0).map(lineOf);
    const key = [dependency.kind, ...lines].join(" ");
    const known = byLines.get(key) ?? { dependency, entries: new Set() };
    byLines.set(key, known);
    for (const entry of entriesOf(holder)) known.entries.add(entry);
    if (report.chain.length < known.dependency.evidence.chain.length) known.dependency = dependency;
  }
  return [...byLines.values()]
    .map(({ dependency, entries }) => {
      const own = entryName(dependency.evidence);
      return { dependency, alsoFrom: [...entries].filter((entry) => entry !== own) };
    })
    .sort((a, b) => length(a) - length(b));
}

function lineOf({ manifest: { file, line, column } }: ChainLink): string {
  return `${file}:${line}:${column}`;
}

function entryName({ entry, context }: { readonly entry: string; readonly context: Context }): string {
  return `${entry}() in ${context} context`;
}

/** By activation, the names of all entry points from which calls lead to it. */
function entryPoints({ trace }: Examination): (activation: Activation) => readonly string[] {
  const callers: Activation[][] = trace.activations.map(() => []);
  for (const caller of trace.activations)
    for (const { callee } of caller.calls) callers[callee.id].push(caller);
  const known = new Map<Activation, readonly string[]>();
  return (activation) => {
    const found = known.get(activation);
    if (found !== undefined) return found;
    const open = [activation];
    const seen = new Set(open);
    for (const here of open) {
      for (const caller of callers[here.id]) {
        if (seen.has(caller)) continue;
        seen.add(caller);
        open.push(caller);
      }
    }
    const entries = open
      .filter(({ frame }) => frame.caller === undefined)
      .map(({ frame: { body, context } }) => entryName({ entry: body.name, context }));
    known.set(activation, entries);
    return entries;
  };
}

function length({ dependency: { evidence, held } }: Way): number {
  return (evidence.chain.length - (held ?? 0)) * 1000 + evidence.chain.length;
}

function* occurrences(
  { program, trace, checked }: Examination,
  from: number,
  to: number,
): Generator<Occurrence> {
  const { classes, reach, signalling } = checked.locks;
  const [outer, inner] = [classes[from], classes[to]];
  const members = reach.membersOf(inner.key);
  for (const activation of trace.activations) {
    for (const acquisition of activation.acquisitions) {
      if (acquisition.key !== inner.key || acquisition.trylock) continue;
      if (from !== to && (acquisition.nested || acquisition.recursionOn !== undefined)) continue;
      for (const held of acquisition.held) {
        if (held.key === outer.key && !held.repeated)
          yield { holder: activation, held, place: acquisition, mode: acquisition.mode };
      }
    }
    for (const call of activation.calls) {
      for (const held of call.held) {
        if (held.key !== outer.key || held.repeated) continue;
        for (const index of members) {
          if (!reach.hasAnywhere(call.callee, index)) continue;
          for (const { place, event } of reach.acquisitionsBelow(call, index))
            yield { holder: activation, held, place, mode: event.mode };
        }
      }
    }
  }
  for (const signaller of signalling.signallers) {
    if (classOfEvent(program, signaller.event) !== outer.lock) continue;
    for (const index of members) {
      const place = signaller.needs.has(index) ? signalling.place(signaller, index) : undefined;
      if (place !== undefined) yield { holder: signaller.activation, place, mode: reach.entry(index).mode };
    }
  }
}

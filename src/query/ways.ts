import type { Examination } from "../analysis/examine.js";
import { evidence } from "../checks/evidence.js";
import type { FindingDependency } from "../checks/finding.js";
import { kindName, kindOf } from "../lockgraph/kinds.js";
import type { Mode } from "../manifest/words.js";
import type { Held, Place } from "../trace/state.js";

/** One way in which a class is taken while another is held. */
export interface Way {
  readonly dependency: FindingDependency;
  /** Other entry points that come to the same lines. */
  readonly alsoFrom: readonly string[];
}

interface Occurrence {
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
  const byLines = new Map<string, { dependency: FindingDependency; entries: Set<string> }>();
  for (const { held, place, mode } of occurrences(examination, from, to)) {
    const { report, heldAt } = evidence(place, held === undefined ? [] : [held]);
    const dependency: FindingDependency = {
      from: classes[from].name,
      to: classes[to].name,
      kind: kindName(kindOf(held?.mode ?? "write", mode)),
      held: heldAt[0],
      evidence: report,
    };
    const lines = report.chain
      .slice(heldAt[0] ?? 0)
      .map(({ manifest: at }) => `${at.file}:${at.line}:${at.column}`);
    const key = [dependency.kind, ...lines].join(" ");
    const entry = `${report.entry}() in ${report.context} context`;
    const known = byLines.get(key);
    if (known === undefined) {
      byLines.set(key, { dependency, entries: new Set([entry]) });
      continue;
    }
    known.entries.add(entry);
    if (report.chain.length < known.dependency.evidence.chain.length) known.dependency = dependency;
  }
  return [...byLines.values()]
    .map(({ dependency, entries }) => {
      const { entry, context } = dependency.evidence;
      return {
        dependency,
        alsoFrom: [...entries].filter((other) => other !== `${entry}() in ${context} context`),
      };
    })
    .sort((a, b) => length(a) - length(b));
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
          yield { held, place: acquisition, mode: acquisition.mode };
      }
    }
    for (const call of activation.calls) {
      for (const held of call.held) {
        if (held.key !== outer.key || held.repeated) continue;
        for (const index of members) {
          if (!reach.hasAnywhere(call.callee, index)) continue;
          for (const { place, event } of reach.acquisitionsBelow(activation, call, index))
            yield { held, place, mode: event.mode };
        }
      }
    }
  }
  for (const signaller of signalling.signallers) {
    if (program.signalling[signaller.fence] !== outer.lock) continue;
    for (const index of members) {
      const place = signaller.needs.has(index) ? signalling.place(signaller, index) : undefined;
      if (place !== undefined) yield { place, mode: reach.entry(index).mode };
    }
  }
}

import type { Drawing, DrawnDependency } from "./drawing.js";

/** More than this nobody reads as a picture. */
const LEGIBLE = { locks: 40, dependencies: 120 };

/** What of a big graph to keep. */
export interface Selection {
  /** The lock around which to show. */
  readonly focus?: string;
  /** Everything, however big. */
  readonly all?: boolean;
}

/**
 * The part of a drawing that can be read: what is around the focus; or the whole, if it is small enough; or what the
 * errors among the findings are about. Says what that leaves out.
 */
export function select(drawing: Drawing, { focus, all = false }: Selection): Drawing {
  if (focus !== undefined) {
    const isNear = ({ from, to }: DrawnDependency) => from === focus || to === focus;
    return { ...keep(drawing, isNear, [focus], `they are not next to ${focus}`), focus };
  }
  const { locks, dependencies } = drawing;
  if (all || (locks.length <= LEGIBLE.locks && dependencies.length <= LEGIBLE.dependencies)) return drawing;
  return keep(
    drawing,
    ({ finding }) => finding === "error",
    locks.filter(({ finding }) => finding === "error").map(({ name }) => name),
    "no error is about them (--focus LOCK shows what is around a lock, --all everything)",
  );
}

function keep(
  drawing: Drawing,
  wanted: (dependency: DrawnDependency) => boolean,
  also: readonly string[],
  because: string,
): Drawing {
  const dependencies = drawing.dependencies.filter(wanted);
  const names = new Set([...also, ...dependencies.flatMap(({ from, to }) => [from, to])]);
  const locks = drawing.locks.filter(({ name }) => names.has(name));
  const leftOut = {
    locks: drawing.locks.length - locks.length,
    dependencies: drawing.dependencies.length - dependencies.length,
    because,
  };
  const nothing = leftOut.locks === 0 && leftOut.dependencies === 0;
  return { ...drawing, locks, dependencies, leftOut: nothing ? undefined : leftOut };
}

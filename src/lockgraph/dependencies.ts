import type { Source } from "./evidence.js";

/** One class held while another is taken, in all the kinds in which that happens. */
export interface Dependency {
  readonly from: number;
  readonly to: number;
  kinds: number;
  /** By kind, where it was first found. */
  readonly sources: Source[];
}

/** All dependencies of a lock graph. */
export class Dependencies {
  /** By `from`, then by `to`. */
  readonly #rows: (Map<number, Dependency> | undefined)[] = [];
  readonly all: Dependency[] = [];

  /** A class's dependency on itself is no edge (lockdep.c, check_deadlock()). */
  has(from: number, to: number, kind: number): boolean {
    return from === to || ((this.get(from, to)?.kinds ?? 0) & kind) !== 0;
  }

  /** Of several sources of one kind, the first is the one to keep: see has(). */
  add(from: number, to: number, source: Source): void {
    const known = this.get(from, to);
    if (known !== undefined) {
      known.kinds |= source.kind;
      known.sources.push(source);
      return;
    }
    const dependency: Dependency = { from, to, kinds: source.kind, sources: [source] };
    this.all.push(dependency);
    const row = this.#rows[from];
    if (row === undefined) this.#rows[from] = new Map([[to, dependency]]);
    else row.set(to, dependency);
  }

  get(from: number, to: number): Dependency | undefined {
    return this.#rows[from]?.get(to);
  }
}

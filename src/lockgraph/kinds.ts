import type { Mode } from "../manifest/words.js";

/**
 * The kinds of dependency of Documentation/locking/lockdep-design.rst, as a set of bits: Exclusive or Shared holder,
 * Recursive-read or Not acquirer (lockdep.c, __calc_dep_bit()).
 */
export const EN = 1;
export const ER = 2;
export const SN = 4;
export const SR = 8;

export const EXCLUSIVE = EN | ER;
export const NOT_RECURSIVE = EN | SN;
export const ALL_KINDS = EN | ER | SN | SR;

export type KindName = "EN" | "ER" | "SN" | "SR";

export function kindOf(held: Mode, acquired: Mode): number {
  const shared = held !== "write";
  return acquired === "recursive-read" ? (shared ? SR : ER) : shared ? SN : EN;
}

export function kindName(kind: number): KindName {
  return kind & EN ? "EN" : kind & SN ? "SN" : kind & ER ? "ER" : "SR";
}

/**
 * How a path arrives at a class: by an acquisition that blocks behind any holder (`N`), or only by recursive reads
 * (`R`), after which no dependency of a shared holder may follow (a strong path has no -(*R)-> -(S*)->).
 * lockdep.c, __bfs(): `only_xr`.
 */
export const ARRIVED_N = 0;
export const ARRIVED_R = 1;
export const BLOCKED = -1;

/** How a strong path goes on over a dependency of these kinds; BLOCKED where it cannot. N is never worse than R. */
export function step(arrived: number, kinds: number): number {
  const usable = arrived === ARRIVED_N ? kinds : kinds & EXCLUSIVE;
  return usable & NOT_RECURSIVE ? ARRIVED_N : usable ? ARRIVED_R : BLOCKED;
}

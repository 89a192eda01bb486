import type { Examination } from "../analysis/examine.js";
import { article } from "../checks/words.js";
import type { LockClass } from "../link/program.js";
import { InputError } from "../source/input-error.js";
import { suggest } from "../source/suggest.js";
import { SUBCLASSES } from "../trace/state.js";

/** A lock class that somebody asks about. */
export interface NamedClass {
  readonly name: string;
  readonly lock: LockClass;
  /** Its number in the lock graph; none where nothing that was analysed takes it. */
  readonly index?: number;
}

/**
 * The class that a name means: a lock class (`struct.field`, with `/N` for a subclass), or by `driver/fence` the
 * fence lock of that fence.
 * @param asked what to name as the place of an error
 * @throws {InputError} where there is none, with the one that was probably meant
 */
export function namedClass({ program, checked }: Examination, name: string, asked: string): NamedClass {
  const { locks } = checked;
  const fence = program.fences.find((candidate) => candidate.name === name);
  const wanted = fence?.lock.name ?? name;
  const index = locks.classes.findIndex((lockClass) => lockClass.name === wanted);
  if (index >= 0) return { name: wanted, lock: locks.classes[index].lock, index };
  const declared = program.classes.find((lock) => lock.name === wanted);
  if (declared !== undefined) return { name: wanted, lock: declared };
  const known = [
    ...locks.classes.map((lockClass) => lockClass.name),
    ...program.classes.map(({ name: declaredName }) => declaredName),
    ...program.fences.map((candidate) => candidate.name),
  ];
  const message = `unknown lock "${name}": no manifest or policy here declares it, and no fence is called so`;
  throw new InputError([{ file: asked, line: 0, column: 0, message, suggestion: suggest(name, known) }]);
}

/** The subclasses of a lock that are taken although the class itself never is: `X/1`. */
export function subclassesOf({ checked }: Examination, name: string): readonly string[] {
  return checked.locks.classes
    .filter(({ lock, key }) => lock.name === name && key % SUBCLASSES !== 0)
    .map((lockClass) => lockClass.name);
}

/**
 * What to say of a lock that the lock graph leaves out on purpose: rcu and srcu are recursive reads, nothing but readers
 * take them (include/linux/rcupdate.h, rcu_lock_acquire()), so whatever is taken within makes no dependency.
 */
export function leftOutOfGraph({ name, lock }: NamedClass): string | undefined {
  if (lock.kind !== "rcu" && lock.kind !== "srcu") return undefined;
  const what = name === lock.kind ? name : `${name}, ${article(lock.kind)},`;
  return `${what} is left out of the lock graph on purpose: its readers never wait, so that nothing is ordered by it, whatever is taken within`;
}

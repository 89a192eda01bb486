/** What an allocation may do, by its flags (include/linux/gfp_types.h; mm/page_alloc.c, fs_reclaim_acquire()). */
export interface Allocation {
  readonly sleeps: boolean;
  /** It enters fs_reclaim, within which shrinkers and MMU notifiers may wait for fences. */
  readonly reclaims: boolean;
}

const DIRECT_RECLAIM = 1;
const FS = 2;
const NO_LOCKDEP = 4;

const FLAGS: Readonly<Record<string, number>> = {
  GFP_ATOMIC: 0,
  GFP_NOWAIT: 0,
  GFP_KERNEL: DIRECT_RECLAIM | FS,
  GFP_KERNEL_ACCOUNT: DIRECT_RECLAIM | FS,
  GFP_NOIO: DIRECT_RECLAIM,
  GFP_NOFS: DIRECT_RECLAIM,
  GFP_USER: DIRECT_RECLAIM | FS,
  GFP_HIGHUSER: DIRECT_RECLAIM | FS,
  GFP_HIGHUSER_MOVABLE: DIRECT_RECLAIM | FS,
  GFP_TRANSHUGE: DIRECT_RECLAIM | FS,
  GFP_TRANSHUGE_LIGHT: FS,
  GFP_DMA: 0,
  GFP_DMA32: 0,
  __GFP_DIRECT_RECLAIM: DIRECT_RECLAIM,
  __GFP_RECLAIM: DIRECT_RECLAIM,
  __GFP_FS: FS,
  __GFP_NOLOCKDEP: NO_LOCKDEP,
  __GFP_ACCOUNT: 0,
  __GFP_COMP: 0,
  __GFP_HARDWALL: 0,
  __GFP_HIGH: 0,
  __GFP_HIGHMEM: 0,
  __GFP_IO: 0,
  __GFP_KSWAPD_RECLAIM: 0,
  __GFP_MEMALLOC: 0,
  __GFP_MOVABLE: 0,
  __GFP_NOFAIL: 0,
  __GFP_NOMEMALLOC: 0,
  __GFP_NORETRY: 0,
  __GFP_NOWARN: 0,
  __GFP_NO_OBJ_EXT: 0,
  __GFP_RECLAIMABLE: 0,
  __GFP_RETRY_MAYFAIL: 0,
  __GFP_SKIP_KASAN: 0,
  __GFP_SKIP_ZERO: 0,
  __GFP_THISNODE: 0,
  __GFP_WRITE: 0,
  __GFP_ZERO: 0,
  __GFP_ZEROTAGS: 0,
};

export const GFP_FLAGS: readonly string[] = Object.keys(FLAGS);

/** The flags of `GFP_KERNEL | __GFP_NOWARN`, each by its name, known or not. */
export function gfpNames(flags: string): string[] {
  return flags.split("|").map((name) => name.trim());
}

/** @param names flags that are all among GFP_FLAGS */
export function allocationOf(names: readonly string[]): Allocation {
  const bits = names.reduce((all, name) => all | FLAGS[name], 0);
  const sleeps = (bits & DIRECT_RECLAIM) !== 0;
  return { sleeps, reclaims: sleeps && (bits & FS) !== 0 && (bits & NO_LOCKDEP) === 0 };
}

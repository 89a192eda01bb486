import type { Page } from "../page.js";

export const noGracePeriod: Page = {
  meaning: `
An op dereferences an object outside of its fence (\`data\` says which), the framework calls the op without the
fence lock, and the object is freed without waiting for a grace period. Also: ->release frees at once the very object
that holds the lock under which it is called.`,
  why: `
No deadlock, but a use after free. The fence's owner signals it and then tears down its data; another CPU has just
read, without any lock, that the fence has not signalled, and is in the op. Holding the fence lock would make the two
wait for each other; without it, only rcu_read_lock() around the op and a grace period before the free do.`,
  policy: "linux-6.12",
  bad: `
manifest: 1
driver: toy
fences:
  toy:
    ops:
      signaled: {}
    data:
      - {object: toy_ring, freed_by: kfree, used_by: [signaled]}`,
  good: `
manifest: 1
driver: toy
fences:
  toy:
    ops:
      signaled: {}
    data:
      - {object: toy_ring, freed_by: kfree_rcu, used_by: [signaled]}`,
  mended: `
The ring is freed by kfree_rcu(). Of memory that goes with the device (devm), the same holds: the driver can be unbound
while others still have its fences.`,
  lockdep: `
None; with CONFIG_KASAN:
BUG: KASAN: slab-use-after-free in toy_signaled+0x2c/0x60
Read of size 4 at addr ffff888104a3b010 by task kworker/u8:3/62`,
  falseAlarms: `
An object that every fence keeps alive by a reference: say \`freed_by: with_fence\`. One that is freed only after all
its fences are gone, say at module unload with a wait for them: the same.`,
};

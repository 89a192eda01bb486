import type { Page } from "../page.js";

export const unprotectedReturn: Page = {
  meaning: `
An op returns a pointer into an object that may be freed while the caller still uses it: \`returns\` says what it
points to, and how that is freed. In practice these are the names: ->get_driver_name and ->get_timeline_name, which
tracepoints, debugfs and sync_file print.`,
  why: `
No deadlock, but a use after free. The caller's reference keeps the fence, not what the fence points to. A grace period
(kfree_rcu()) helps only where the caller is in rcu_read_lock() from the call of the op to its last use of the string.`,
  policy: "linux-7.1",
  bad: `
manifest: 1
driver: toy
fences:
  toy:
    ops:
      get_timeline_name:
        returns: {points_to: toy_context.name, freed_by: kfree}`,
  good: `
manifest: 1
driver: toy
fences:
  toy:
    ops:
      get_timeline_name:
        returns: {points_to: toy_context.name, freed_by: kfree_rcu}`,
  mended: `
The context is freed by kfree_rcu(), and newer kernels fetch and use the names within one RCU section. Under 6.12,
which calls these ops without rcu_read_lock(), the name would have to live as long as the fence, or to be a constant.`,
  lockdep: `
None; with CONFIG_KASAN:
BUG: KASAN: slab-use-after-free in string+0x1d4/0x200
Read of size 1 at addr ffff888106f5c2a0 by task cat/412`,
  falseAlarms: `
An object that every fence holds a reference to, until its own ->release: say \`freed_by: with_fence\`. A constant string:
\`points_to: rodata\`.`,
};

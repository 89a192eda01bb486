/**
 * A manifest to start from: commented, and valid as it stands.
 * @param schema where the JSON Schema for editors is
 */
export function manifestTemplate(driver: string, schema: string): string {
  return `# yaml-language-server: $schema=${schema}
#
# What the fences of ${driver} lock, and where. Check it by:
#   fence-lockcheck analyze THIS-FILE
#   fence-lockcheck audit THIS-FILE --hold fence.lock
manifest: 1
driver: ${driver}
source: linux-6.12                # the tree that every \`at\` below points into
file: drivers/gpu/drm/${driver}/${driver}_fence.c

locks:
  # struct.field, or the name of a global. \`scope\` is how many share one: fence, context, device or global.
  ${driver}_fence_context.lock: {kind: spinlock, scope: context}
  ${driver}_device.power_lock: {kind: mutex, scope: device}

fences:
  ${driver}:
    table: ${driver}_fence_ops
    lock: ${driver}_fence_context.lock    # what dma_fence_init() gets; leave it out for the inline lock
    ops:
      # Every op that the table sets, even if it locks nothing; \`at\` is its line in \`file\`.
      get_driver_name: {returns: {points_to: rodata}}
      get_timeline_name: {returns: {points_to: ${driver}_fence_context.name, freed_by: with_fence}}
      signaled: {}                # reads a sequence number, takes no lock
      set_deadline:
        # Runs in any context, and must not sleep: it defers what does.
        steps:
          - defer: ${driver}_boost_work
    data:
      # What the ops dereference outside the fence, and how that is freed: never, kfree, kfree_rcu, with_fence, ...
      - {object: ${driver}_fence_context, freed_by: with_fence, used_by: [signaled, get_timeline_name]}

functions:
  # What several of the steps call. A function of another manifest is called by \`driver:function\`, one of the
  # policy's (dma_fence_signal, dma_fence_put, dma_fence_wait, ...) by its name.
  ${driver}_update_fences:
    steps:
      - lock: ${driver}_fence_context.lock      # held for the steps below it
        irq: save
        steps:
          - {call: dma_fence_signal_locked, keeps: self}    # with a reference held: no put within is the last

paths:
  # All other code that takes these locks: interrupt handlers, ioctls, timers, work items.
  ${driver}_irq_handler:
    context: hardirq
    steps:
      - {call: ${driver}_update_fences}
  ${driver}_boost_work:
    context: process
    steps:
      - lock: ${driver}_device.power_lock
        steps:
          - {sleep: pm_runtime_resume_and_get()}
`;
}

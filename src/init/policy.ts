/**
 * A policy to start from: commented, and valid as it stands.
 * @param schema where the JSON Schema for editors is
 */
export function policyTemplate(name: string, schema: string): string {
  return `# yaml-language-server: $schema=${schema}
#
# A proposal to the locking rules of dma-fence. What it breaks:
#   fence-lockcheck diff linux-6.12 THIS-FILE manifests/
policy: 1
name: ${name}
title: "What if dma_fence_set_deadline() took the fence lock?"
# source: https://lore.kernel.org/...
extends: linux-6.12               # by name, or a file beside this one

# The short form: locks to take around every call of an op, or to let go around it.
# hold: {set_deadline: [fence.lock]}
# drop: {enable_signaling: [fence.lock]}

functions:
  # Each of these replaces the function of that name in what the policy extends.
  dma_fence_set_deadline:
    contexts: [process, softirq, hardirq]       # where a consumer of any fence may call it
    steps:
      - lock: fence.lock
        irq: save
        steps:
          - op: set_deadline

# Locks of the framework, usable in every manifest, and documented orders, the outermost lock first:
# locks: {my_ops_lock: {kind: rwlock, scope: global}}
# order: [[my_ops_lock, dma_fence_map]]
`;
}

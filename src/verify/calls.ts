import { type Call, calleeName, identifiers } from "./c-file.js";

/** Whether a call names a lock: the field of a class `struct.field`, or the global. `rcu_read_lock()` itself names `rcu`. */
export function namesLock(call: Call, lock: string): boolean {
  const name = lock.slice(lock.lastIndexOf(".") + 1);
  return (
    call.args.some((arg) => identifiers(arg).includes(name)) ||
    identifiers(call.callee).some((word) => word.split("_").includes(name))
  );
}

/** A call of one of these names, or one that passes it on to be called: `kref_put(&x->ref, name)`. */
export function calls(call: Call, names: readonly string[]): boolean {
  return (
    names.includes(calleeName(call.callee)) || call.args.some((arg) => names.includes(arg.replace(/^&/, "")))
  );
}

/**
 * dma_fence_init(fence, ops, lock, ...) with this table and this lock, as far as the call tells: a parameter that is
 * passed on may be any.
 */
export function initialises(call: Call, claim: { readonly table?: string; readonly lock?: string }): boolean {
  if (!/^dma_fence_init(64)?$/.test(calleeName(call.callee))) return false;
  const { table, lock } = claim;
  const [, ops = "", given = ""] = call.args;
  if (table !== undefined && ops.startsWith("&") && ops !== `&${table}`) return false;
  if (lock === undefined || !/[&.>]/.test(given)) return true;
  const parts = lock.split(".");
  const fields = parts.length > 1 ? parts.slice(1) : parts;
  return identifiers(given).some((word) => fields.includes(word));
}

/** A driver's own function around dma_fence_init(): taken on trust, but only on the very line. */
export function mayWrapInit(call: Call): boolean {
  const name = calleeName(call.callee);
  return name.includes("init") && name !== "dma_fence_init" && !/lock|mutex|list|work|timer/.test(name);
}

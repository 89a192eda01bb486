import type { Activation } from "../trace/events.js";
import { components } from "./components.js";

/** Activations that call each other in a circle; most are alone. */
export type Circle = readonly Activation[];

/**
 * Callees before their callers, but for circles: Tarjan's algorithm finds the innermost ones first. Nothing where nobody
 * calls anybody.
 */
export function calleesFirst(activations: readonly Activation[]): readonly Circle[] {
  if (activations.every(({ calls }) => calls.length === 0)) return [];
  const component = components(
    activations.length,
    (id) => activations[id].calls.length,
    (id, i) => activations[id].calls[i].callee.id,
  );
  const circles: Activation[][] = [];
  for (const activation of activations) {
    const circle = circles[component[activation.id]];
    if (circle === undefined) circles[component[activation.id]] = [activation];
    else circle.push(activation);
  }
  return circles;
}

/** Does `visit` for every activation of a circle until nothing changes any more. */
export function settle(circle: Circle, visit: (activation: Activation) => boolean): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const activation of circle) if (visit(activation)) changed = true;
    if (circle.length === 1) return;
  }
}

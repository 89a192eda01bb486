import type { Declared, LockDeclaration, Manifest, Step } from "../manifest/model.js";
import type { Context } from "../manifest/words.js";
import type { FilePosition } from "../source/position.js";

/** One function of the framework. */
export interface PolicyFunction extends Declared {
  readonly name: string;
  /** Where a consumer of any fence may call it from; empty: only the fence's owner calls it. */
  readonly contexts: readonly Context[];
  readonly steps: readonly Step[];
  readonly leaves_held: readonly string[];
  /** Does nothing about a fence that has signalled. */
  readonly returns_if_signaled: boolean;
}

/** `hold` or `drop`: take LOCK around, or let it go for, every call site of OP. */
export interface WhatIf {
  readonly op: string;
  readonly lock: string;
  readonly pos?: FilePosition;
}

/** A file of manifests that go with a proposal: it changes drivers, too. */
export interface Overlay {
  /** Relative to the policy's file, which `pos` names. */
  readonly path: string;
  readonly pos: FilePosition;
  /** What is in it, once it has been read. */
  readonly manifests?: readonly Manifest[];
}

/** A policy file as it stands, before `extends` is resolved. */
export interface PolicyDocument {
  readonly name: string;
  readonly file: string;
  readonly pos: FilePosition;
  readonly title?: string;
  readonly source?: string;
  readonly note?: string;
  readonly extends?: string;
  readonly extendsPos?: FilePosition;
  readonly functions: readonly PolicyFunction[];
  readonly locks: readonly LockDeclaration[];
  readonly order: readonly (readonly string[])[];
  readonly orderPos?: FilePosition;
  readonly hold: readonly WhatIf[];
  readonly drop: readonly WhatIf[];
  /** What changes in drivers under this policy. */
  readonly overlays: readonly Overlay[];
}

/** A policy with everything it extends folded in. */
export type Policy = Omit<PolicyDocument, "extends" | "extendsPos">;

import type { KernelLine } from "../manifest/model.js";
import type { FilePosition } from "../source/position.js";

/** One `at`: a line of the kernel tree, and what is said to stand there. */
export interface Claim {
  /** Where it is said. */
  readonly pos: FilePosition;
  /** In words, for the reader: `lock msm_gpu.lock in msm_gpu_submit()`. */
  readonly what: string;
  readonly at: KernelLine;
  readonly file: string;
  readonly line: number;
  readonly expect: Expectation;
  /** The C function whose step it is. */
  readonly inside?: Inside;
}

export interface Inside {
  readonly function: string;
  /** Where that function is, if anything says so. */
  readonly file?: string;
}

/** What has to be found on the line. */
export type Expectation =
  | { readonly kind: "table"; readonly table: string }
  | { readonly kind: "init"; readonly table?: string; readonly lock?: string }
  | {
      readonly kind: "op";
      readonly op: string;
      readonly function?: string;
      readonly table?: string;
      readonly tableFile?: string;
    }
  | { readonly kind: "definition"; readonly name: string }
  | { readonly kind: "declaration"; readonly lock: string; readonly expr?: string }
  | { readonly kind: "lock" | "unlock"; readonly lock: string; readonly expr?: string }
  | { readonly kind: "call"; readonly names: readonly string[]; readonly expr?: string }
  /** Any code of a function; `hints` are names that it calls, if one of them is to be found at all. */
  | { readonly kind: "code"; readonly expr?: string; readonly hints: readonly string[] }
  /** A lock that is relied on: what asserts it, needs it, or says so in a comment. */
  | { readonly kind: "needs"; readonly lock: string; readonly expr?: string };

export type Status = "held" | "moved" | "gone";

/** What became of a claim. */
export interface Outcome {
  readonly claim: Claim;
  readonly status: Status;
  /** Where it holds now, if it has moved. */
  readonly now?: KernelLine;
  /** Why it is gone. */
  readonly why?: string;
}

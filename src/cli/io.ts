/** Where a command writes. Results go to `out`, all else to `err`. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
}

/** Exit statuses, as users and CI rely on them. */
export const CLEAN = 0;
export const FINDINGS = 1;
export const UNUSABLE = 2;

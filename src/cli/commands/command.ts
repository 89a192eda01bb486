import type { Command } from "commander";
import type { Io } from "../io.js";

/** What a command needs from the program it is a part of. */
export interface Host {
  readonly io: Io;
  /** Leaves the exit status. */
  readonly done: (status: number) => void;
}

/** Declares a command's arguments and options; what it does is imported when it runs. */
export type Register = (program: Command, host: Host) => void;

/** Collects an option that may be given several times. */
export const repeat = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

/** commander makes --no-color's default true; only a flag that was given counts. */
export function colourFlag(value: boolean | undefined): boolean | undefined {
  const given = process.argv.some((arg) => arg === "--color" || arg === "--no-color");
  return given ? value : undefined;
}

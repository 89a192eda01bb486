import { InputError } from "../source/input-error.js";
import { withFrames } from "./inputs.js";

/** Runs the analysis; what is wrong with the input gets its code frames from the texts that were read. */
export function framed<T>(texts: ReadonlyMap<string, string>, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof InputError ? withFrames(error, texts) : error;
  }
}

import { type Examination, examine } from "../analysis/examine.js";
import { framed } from "./framed.js";
import { readManifestFiles } from "./inputs.js";
import { DEFAULT_POLICY, readPolicy } from "./policies.js";
import { parseWhatIf } from "./what-if.js";

/** What says which analysis is meant. */
export interface ExaminationOptions {
  readonly policy?: string;
  readonly hold?: readonly string[];
  readonly drop?: readonly string[];
}

/**
 * Reads these manifests and the policy, and analyses them.
 * @throws {InputError} where something cannot be read, or is invalid
 */
export async function readExamination(
  paths: readonly string[],
  { policy: name, hold, drop }: ExaminationOptions,
): Promise<Examination> {
  const policy = await readPolicy(name ?? DEFAULT_POLICY);
  const { manifests, texts } = await readManifestFiles(paths);
  return framed(texts, () =>
    examine({
      manifests,
      policy,
      hold: hold?.map((value) => parseWhatIf("--hold", value)),
      drop: drop?.map((value) => parseWhatIf("--drop", value)),
    }),
  );
}

import { type Examination, examine } from "../analysis/examine.js";
import { framed } from "./framed.js";
import { readAnalysed } from "./inputs.js";
import { DEFAULT_POLICY, readPolicy } from "./policies.js";
import { type ConfigOption, pathsOr, readSettings } from "./settings.js";
import { whatIfs } from "./what-if.js";

/** What says which analysis is meant. */
export interface ExaminationOptions extends ConfigOption {
  readonly policy?: string;
  readonly hold?: readonly string[];
  readonly drop?: readonly string[];
}

/**
 * Reads these manifests and the policy, or those that the configuration names, and analyses them.
 * @throws {InputError} where something cannot be read, or is invalid
 */
export async function readExamination(
  paths: readonly string[],
  options: ExaminationOptions,
): Promise<Examination> {
  const settings = await readSettings(options);
  const policy = await readPolicy(options.policy ?? settings.policy ?? DEFAULT_POLICY);
  const { manifests, texts } = await readAnalysed(pathsOr(paths, settings), [
    settings.file,
    settings.baseline,
  ]);
  const asked = await whatIfs(options, policy);
  return framed(texts, () =>
    examine({
      manifests,
      policy,
      ...asked,
    }),
  );
}

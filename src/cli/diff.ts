import type { Severity } from "../checks/rules.js";
import { applyConfig } from "../config/apply.js";
import { diff as diffPolicies } from "../diff/diff.js";
import { DIFF_FORMATS } from "../diff/formats.js";
import type { Policy } from "../policy/model.js";
import { exitStatus } from "./analyze.js";
import { headAndPaths } from "./diff-arguments.js";
import { framed } from "./framed.js";
import { readAnalysed } from "./inputs.js";
import type { Io } from "./io.js";
import { parseOutputs, writeOutputs } from "./outputs.js";
import { readPolicy } from "./policies.js";
import { type ConfigOption, pathsOr, readSettings } from "./settings.js";
import { whatIfs } from "./what-if.js";

export interface DiffOptions extends ConfigOption {
  readonly hold?: readonly string[];
  readonly drop?: readonly string[];
  readonly manifestsBase?: readonly string[];
  readonly manifestsHead?: readonly string[];
  readonly format?: readonly string[];
  readonly failOn?: Severity | "never";
  readonly color?: boolean;
}

/** `diff BASE [HEAD] PATHS...`: status 1 only for what is introduced. */
export async function diff(
  baseName: string,
  rest: readonly string[],
  options: DiffOptions,
  io: Io,
): Promise<number> {
  const { manifestsBase, manifestsHead } = options;
  const outputs = parseOutputs(options.format, DIFF_FORMATS);
  const settings = await readSettings(options);
  const { head: headName, paths } = headAndPaths(rest, options);
  const base = await readPolicy(baseName);
  const head = headName === undefined ? base : await readPolicy(headName);
  const asked = await whatIfs(options, head);
  const [basePaths, headPaths] = [manifestsBase, manifestsHead].map((own) => own ?? pathsOr(paths, settings));
  const own = [settings.file, settings.baseline];
  const before = await readAnalysed(basePaths, own);
  const after = basePaths === headPaths ? before : await readAnalysed(headPaths, own);
  const result = framed(new Map([...before.texts, ...after.texts]), () =>
    diffPolicies({
      manifests: before.manifests,
      headManifests: after.manifests,
      base,
      head,
      ...asked,
      names: {
        base: label(base, head, baseName, manifestsBase),
        head: label(head, base, headName ?? baseName, manifestsHead),
      },
      adjust: (report) => applyConfig(report, settings),
    }),
  );
  await writeOutputs(
    outputs,
    DIFF_FORMATS,
    () => result,
    options.color,
    [...before.texts.keys(), ...after.texts.keys()],
    io,
  );
  return exitStatus(result.introduced, options.failOn ?? "error");
}

/** A policy's name; its file where both have one name, and its manifests where they are its own. */
function label(
  policy: Policy,
  other: Policy,
  given: string,
  manifests: readonly string[] | undefined,
): string {
  const name = policy.name === other.name ? given : policy.name;
  return manifests === undefined ? name : `${name} (${manifests.join(" ")})`;
}

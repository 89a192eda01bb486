import { audit as auditProgram } from "../audit/audit.js";
import { AUDIT_FORMATS } from "../report/audit.js";
import { InputError } from "../source/input-error.js";
import { framed } from "./framed.js";
import { readAnalysed } from "./inputs.js";
import { CLEAN, FINDINGS, type Io } from "./io.js";
import { DEFAULT_POLICY, readPolicy } from "./policies.js";
import { type ConfigOption, pathsOr, readSettings } from "./settings.js";
import { chalkStyle, NO_STYLE, wantsColour } from "./style.js";

export interface AuditOptions extends ConfigOption {
  readonly hold: string;
  readonly policy?: string;
  readonly format?: string;
  readonly color?: boolean;
}

/** `audit PATHS... --hold LOCK`: status 1 where some op is not ok with the lock held. */
export async function audit(paths: readonly string[], options: AuditOptions, io: Io): Promise<number> {
  const { format = "text" } = options;
  if (!isFormat(format)) {
    const message = `unknown format "${format}": expected one of ${Object.keys(AUDIT_FORMATS).join(", ")}`;
    throw new InputError([{ file: `--format ${format}`, line: 0, column: 0, message }]);
  }
  if (options.hold.includes("=")) {
    const message = "expected a lock, such as fence.lock: it is held around each op in turn";
    throw new InputError([{ file: `--hold ${options.hold}`, line: 0, column: 0, message }]);
  }
  const settings = await readSettings(options);
  const policy = await readPolicy(options.policy ?? settings.policy ?? DEFAULT_POLICY);
  const from = pathsOr(paths, settings);
  const { manifests, texts } = await readAnalysed(from, [settings.file, settings.baseline]);
  const result = framed(texts, () => auditProgram({ manifests, policy, lock: options.hold }));
  if (result.rows.length === 0) {
    const message = "nothing to audit: no fence here sets an op";
    throw new InputError([{ file: from.join(" "), line: 0, column: 0, message }]);
  }
  const colour = wantsColour({ flag: options.color, env: process.env, isTerminal: process.stdout.isTTY });
  io.out(AUDIT_FORMATS[format](result, colour ? await chalkStyle() : NO_STYLE));
  return result.rows.every(({ verdict }) => verdict === "ok") ? CLEAN : FINDINGS;
}

function isFormat(name: string): name is keyof typeof AUDIT_FORMATS {
  return Object.hasOwn(AUDIT_FORMATS, name);
}

import { existsSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { manifestTemplate } from "../init/manifest.js";
import { policyTemplate } from "../init/policy.js";
import { InputError } from "../source/input-error.js";
import { CLEAN, type Io } from "./io.js";
import { packageFolder } from "./paths.js";
import { writeAtomically } from "./write.js";

export interface InitOptions {
  readonly driver?: string;
}

const TEMPLATES = { manifest: manifestTemplate, policy: policyTemplate } as const;

/** `init [manifest|policy] [FILE]`: writes a file to start from, never over one that is there; `-` prints it. */
export function init(
  kind: keyof typeof TEMPLATES,
  file: string | undefined,
  { driver }: InitOptions,
  io: Io,
): number {
  const name = driver ?? (kind === "manifest" ? "toy" : "my-policy");
  const wrong = (message: string) => new InputError([{ file: target, line: 0, column: 0, message }]);
  const target = file ?? `${name}.yaml`;
  if (!/^[A-Za-z0-9_.-]+$/.test(name))
    throw wrong(`"${name}" is no name for it: letters, digits, _ . and - make one`);
  if (file === "-") {
    io.out(TEMPLATES[kind](name, schemaFor(kind, `${name}.yaml`)));
    return CLEAN;
  }
  if (target.endsWith(".json"))
    throw wrong(`it would be YAML, for its comments: name it ${target.replace(/json$/, "yaml")}`);
  if (existsSync(target)) throw wrong("is there already, and is not overwritten");
  writeAtomically(target, TEMPLATES[kind](name, schemaFor(kind, target)));
  io.err(`fence-lockcheck: wrote ${target}; \`fence-lockcheck analyze ${advice(kind, target)}\` checks it\n`);
  return CLEAN;
}

function advice(kind: keyof typeof TEMPLATES, target: string): string {
  return kind === "manifest"
    ? target
    : `manifests/ --policy ${target.includes("/") ? target : `./${target}`}`;
}

/** Where the schema lies: as seen from the file, if that is a path that a checkout of it elsewhere has, too. */
function schemaFor(kind: keyof typeof TEMPLATES, target: string): string {
  const schema = `${packageFolder("schemas")}/${kind}.schema.json`;
  const below = !relative(process.cwd(), schema).startsWith("..");
  const near = !relative(process.cwd(), resolve(target)).startsWith("..");
  if (!below || !near) return schema;
  const path = relative(dirname(resolve(target)), schema);
  return path.startsWith(".") ? path : `./${path}`;
}

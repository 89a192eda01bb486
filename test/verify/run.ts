import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type VerifyOptions, verify } from "../../src/cli/verify.js";

export const FIXTURES = fileURLToPath(new URL("../../fixtures/verify", import.meta.url));

export interface Run {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** What `verify` prints and returns. */
export async function runVerify(paths: readonly string[], options: VerifyOptions): Promise<Run> {
  let out = "";
  let err = "";
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const status = await verify(paths, options, io);
  return { status, out, err };
}

/** The toy driver's claims on one of its trees, as `what: status[ line]`; lines of other files carry their file. */
export async function claimsOn(tree: "tree" | "next"): Promise<string[]> {
  const source = join(FIXTURES, tree);
  const options = { source, policy: [join(FIXTURES, "rules.yaml")], format: "json", all: true };
  const { out } = await runVerify([join(FIXTURES, "toy.yaml")], options);
  const { claims } = JSON.parse(out) as { claims: { what: string; status: string; now?: string }[] };
  return claims.map(
    ({ what, status, now }) => `${what}: ${status}${now === undefined ? "" : ` ${now.split(":")[1]}`}`,
  );
}

/** A manifest of its own, in a folder of its own. */
export function manifestFile(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "verify-")), "manifest.yaml");
  writeFileSync(file, text);
  return file;
}

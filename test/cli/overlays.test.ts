import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { InputError, loadPolicy } from "../../src/index.js";

function folder(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "overlays-"));
  mkdirSync(join(root, "base"));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
  return root;
}

const BASE = "policy: 1\nname: base\noverlays: [toy.yaml]\n";
const HEAD = "policy: 1\nname: head\nextends: base/base.yaml\n";

it("an inherited overlay is found beside the policy that names it", () => {
  const toy = "manifest: 1\ndriver: toy\noverlay: true\n";
  const root = folder({ "head.yaml": HEAD, "base/base.yaml": BASE, "base/toy.yaml": toy });
  const { overlays } = loadPolicy(join(root, "head.yaml"));
  expect(overlays.flatMap(({ manifests = [] }) => manifests.map(({ driver }) => driver))).toEqual(["toy"]);
});

it("one that is not there, or empty, is told of where it is named", () => {
  const told = (files: Readonly<Record<string, string>>) => {
    const root = folder({ "base/base.yaml": BASE, ...files });
    try {
      loadPolicy(join(root, "base/base.yaml"));
    } catch (error) {
      if (error instanceof InputError)
        return error.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`);
      throw error;
    }
    return [];
  };
  expect(told({})).toEqual(["3:12 no such overlay: toy.yaml"]);
  expect(told({ "base/toy.yaml": "# nothing\n" })).toEqual(["3:12 no manifest in this overlay: toy.yaml"]);
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RULES } from "../../src/index.js";
import { ROOT } from "../cli/run.js";

const text = readFileSync(`${ROOT}docs/semantics.md`, "utf8");

describe("docs/semantics.md", () => {
  it.each(Object.entries(RULES))(
    "has %s in its table, and a section on it",
    (rule, { severity, lockdep }) => {
      expect(text).toContain(`| [${rule}](#${rule}) | ${severity} | ${lockdep} |`);
      expect(text).toContain(`\n### ${rule}\n`);
    },
  );
});

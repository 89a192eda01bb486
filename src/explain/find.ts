import type { Report } from "../analysis/report.js";
import type { Finding } from "../checks/finding.js";
import { RULES, type RuleName } from "../checks/rules.js";
import { InputError } from "../source/input-error.js";
import { suggest } from "../source/suggest.js";

export function isRuleName(name: string): name is RuleName {
  return Object.hasOwn(RULES, name);
}

/** The rule that a finding's id begins with, if it is one. */
export function ruleOfId(id: string): RuleName | undefined {
  const rule = /^(.*)-[0-9a-f]+$/.exec(id)?.[1];
  return rule !== undefined && isRuleName(rule) ? rule : undefined;
}

/**
 * The rule of that name.
 * @throws {InputError} where there is none, with the one that was probably meant
 */
export function ruleNamed(name: string): RuleName {
  if (isRuleName(name)) return name;
  const message = `unknown rule "${name}"`;
  const suggestion = suggest(name, Object.keys(RULES));
  throw new InputError([{ file: "explain", line: 0, column: 0, message, suggestion }]);
}

/**
 * The finding of that id, or the only one whose id begins so.
 * @param asked what to name as the place of an error
 * @throws {InputError} where there is none, or more than one
 */
export function findingWithId({ findings, policy }: Report, id: string, asked = "explain"): Finding {
  const exact = findings.find((finding) => finding.id === id);
  if (exact !== undefined) return exact;
  const matching = findings.filter((finding) => finding.id.startsWith(id));
  if (matching.length === 1) return matching[0];
  const message =
    matching.length > 1
      ? `${matching.length} findings have an id that begins with "${id}"`
      : `no finding "${id}" in these manifests under ${policy.name}`;
  const suggestion =
    matching.length > 1
      ? undefined
      : suggest(
          id,
          findings.map((finding) => finding.id),
        );
  throw new InputError([{ file: asked, line: 0, column: 0, message, suggestion }]);
}

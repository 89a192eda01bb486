// Each policy's findings: by driver at a glance, in full where a policy stands alone, else what it changes.
import { analyze, diff } from "../../dist/index.js";
import { leftOut, overlays } from "../../dist/report/summary.js";
import { byRule, countsOf, only } from "./findings.mjs";
import { anchor, code, folded, prose, table } from "./markdown.mjs";

/** A policy with its report, and with its difference from what it extends. */
export function examined(manifests, { policy, extended }) {
  return {
    policy,
    report: analyze({ manifests, policy }),
    change: extended && diff({ manifests, base: extended, head: policy }),
  };
}

/** A line for each policy. */
export function glance(all) {
  const rows = all.map(({ policy: { name, title = "" }, report: { summary }, change }) => [
    `[${name}](${anchor(name)})`,
    prose(title),
    summary.error,
    summary.warning,
    summary.note,
    change === undefined ? "" : code(change.base),
    change === undefined ? "" : countsOf(change.introduced),
    change === undefined ? "" : countsOf(change.fixed),
  ]);
  const head = [
    "policy",
    "what it is",
    "errors",
    "warnings",
    "notes",
    "compared with",
    "introduces",
    "fixes",
  ];
  return table(head, rows);
}

/** Errors, warnings and notes of each driver under each policy. */
export function perDriver(all) {
  const drivers = [...new Set(all[0].report.manifests.map(({ driver }) => driver))];
  const cell = ({ report: { findings } }, driver) => {
    const own = findings.filter((finding) => finding.drivers.includes(driver));
    if (own.length === 0) return "";
    return ["error", "warning", "note"].map((severity) => only(severity, own).length).join(" / ");
  };
  return table(
    ["driver", ...all.map(({ policy: { name } }) => name)],
    drivers.map((driver) => [driver, ...all.map((examination) => cell(examination, driver))]),
  );
}

/** One policy's section; what is known of a finding by its id. */
export function policySection({ policy, report, change }, reasons) {
  const { error, warning, note } = report.summary;
  const notes = [overlays(report), leftOut(report)].filter((words) => words !== undefined);
  return [
    `## ${policy.name}`,
    `${prose(policy.title ?? "")}.`,
    `${error} errors, ${warning} warnings, ${note} notes. (\`fence-lockcheck analyze manifests/ --policy ${policy.name} --no-baseline\`)`,
    ...notes.map((words) => `${words[0].toUpperCase()}${words.slice(1)}.`),
    ...(change === undefined ? whole(report.findings, reasons) : changed(policy, change)),
  ].join("\n\n");
}

function whole(findings, reasons) {
  const known = findings.filter(({ id }) => reasons.has(id)).length;
  return [
    `${known} of these are known: they stand in \`baseline.json\`, each with its reason.`,
    "### Errors",
    byRule(only("error", findings), reasons),
    "### Warnings",
    byRule(only("warning", findings), reasons),
  ];
}

function changed({ name }, { base, changes, introduced, fixed, unchanged }) {
  const held = changes.map(({ words }) => `- ${prose(words)}`).join("\n");
  const stays = `${countsOf(unchanged)} of ${code(base)} stay as they are: see there.`;
  return [
    `Compared with ${code(base)} it introduces ${countsOf(introduced)} and fixes ${countsOf(fixed)}; ${stays} (\`fence-lockcheck diff ${base} ${name} manifests/\`)`,
    ...(held === "" ? [] : [folded("What is held where, before and after", held, changes.length)]),
    ...part("### Introduced errors", only("error", introduced)),
    ...part("### Introduced warnings", only("warning", introduced)),
    ...part("### Fixed", [...only("error", fixed), ...only("warning", fixed)]),
  ];
}

const part = (title, findings) => (findings.length === 0 ? [] : [title, byRule(findings)]);

import type { Report } from "../analysis/report.js";
import type { Finding } from "../checks/finding.js";
import { RULES, type RuleName } from "../checks/rules.js";
import { knownText } from "./known.js";
import { policyLabel } from "./names.js";
import { inputPosition } from "./places.js";
import { codeFlows } from "./sarif/flows.js";
import { inputLocation, kernelLocations } from "./sarif/locations.js";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

const RULE_NAMES = Object.keys(RULES).filter(isRule);

/**
 * SARIF 2.1.0, for code scanning. Results stand at the manifests' lines, which are in the repository that is scanned;
 * kernel lines are related locations below the base KERNEL, wherever that tree is.
 */
export function sarif(report: Report): string {
  const log = {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: { name: report.tool.name, version: report.tool.version, rules: RULE_NAMES.map(rule) },
        },
        automationDetails: { id: `fence-lockcheck/${policyLabel(report)}/` },
        originalUriBaseIds: {
          KERNEL: { description: { text: "the root of the kernel tree that the manifests describe" } },
        },
        columnKind: "utf16CodeUnits",
        results: report.findings.map((finding) => result(finding, report)),
        properties: { policy: report.policy, summary: report.summary },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function isRule(name: string): name is RuleName {
  return Object.hasOwn(RULES, name);
}

function rule(id: RuleName) {
  const { severity, title, lockdep } = RULES[id];
  return {
    id,
    shortDescription: { text: `${title[0].toUpperCase()}${title.slice(1)}` },
    help: { text: `lockdep's name for it: ${lockdep}. See: fence-lockcheck explain ${id}` },
    defaultConfiguration: { level: severity },
    properties: { tags: ["locking", "dma-fence"] },
  };
}

function result(finding: Finding, report: Report) {
  const { id, severity, message, help, known } = finding;
  const related = kernelLocations(finding);
  const flows = codeFlows(finding);
  return {
    ruleId: finding.rule,
    ruleIndex: RULE_NAMES.indexOf(finding.rule),
    level: severity,
    message: { text: `${sentence(message)} Mend: ${help}` },
    locations: [inputLocation(inputPosition(report, finding))],
    ...(related.length > 0 ? { relatedLocations: related } : {}),
    ...(flows.length > 0 ? { codeFlows: flows } : {}),
    partialFingerprints: { "fenceLockcheckId/v1": id },
    ...(known === undefined ? {} : { suppressions: [{ kind: "external", justification: knownText(known) }] }),
    properties: properties(finding),
  };
}

function properties({ certainty, drivers, fences, ops, locks, when, gate, alsoFrom }: Finding) {
  return { certainty, drivers, fences, ops, locks, when, gate, alsoFrom };
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

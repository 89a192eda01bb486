import type { Report } from "../analysis/report.js";
import type { Finding } from "../checks/finding.js";
import { findingText } from "./finding-text.js";
import { knownText } from "./known.js";
import { policyLabel } from "./names.js";
import { inputPosition } from "./places.js";
import { PLAIN } from "./style.js";
import { xmlAttributes, xmlText } from "./xml.js";

interface TestCase {
  readonly outcome: "passed" | "failure" | "skipped";
  readonly xml: string;
}

/**
 * A testsuite a driver, a testcase a finding, for CI servers: errors and warnings fail, notes pass, what the baseline
 * knows is skipped. A driver without findings has one case, which passes. A finding that takes several drivers stands
 * with the first, so that no number is doubled; the others, if they have none of their own, have a skipped case.
 */
export function junit(report: Report): string {
  const suites = casesByDriver(report);
  const label = policyLabel(report);
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites${xmlAttributes({ name: `fence-lockcheck ${label}`, ...totals([...suites.values()].flat()) })}>`,
    ...[...suites].map(([driver, cases]) =>
      [
        `  <testsuite${xmlAttributes({ name: driver, ...totals(cases) })}>`,
        ...cases.map(({ xml }) => xml),
        "  </testsuite>",
      ].join("\n"),
    ),
    "</testsuites>",
    "",
  ].join("\n");
}

function casesByDriver(report: Report): Map<string, TestCase[]> {
  const suites = new Map<string, TestCase[]>(report.manifests.map(({ driver }) => [driver, []]));
  const partIn = new Map<string, Set<string>>();
  for (const finding of report.findings) {
    const [first = report.policy.name, ...others] = finding.drivers;
    const cases = suites.get(first) ?? [];
    suites.set(first, cases);
    cases.push(findingCase(first, finding, report));
    for (const driver of others) partIn.set(driver, (partIn.get(driver) ?? new Set()).add(first));
  }
  for (const [driver, cases] of suites)
    if (cases.length === 0) cases.push(quietCase(driver, [...(partIn.get(driver) ?? [])], report));
  return suites;
}

function findingCase(driver: string, finding: Finding, report: Report): TestCase {
  const { rule, severity, ops, message, id, known } = finding;
  const { file, line } = inputPosition(report, finding);
  const name = [rule, ...(ops.length > 0 ? [ops.join(", ")] : []), id.slice(rule.length + 1)].join(" ");
  const details = xmlText(findingText({ finding, others: [] }, report, PLAIN));
  if (known !== undefined) return testCase(driver, name, "skipped", skipped(`known: ${knownText(known)}`));
  if (severity === "note")
    return testCase(driver, name, "passed", `<system-out>${details}</system-out>`, { file, line });
  const failure = `<failure${xmlAttributes({ type: `${severity}: ${rule}`, message })}>${details}</failure>`;
  return testCase(driver, name, "failure", failure, { file, line });
}

function quietCase(driver: string, partIn: readonly string[], report: Report): TestCase {
  const name = `no problem under ${policyLabel(report)}`;
  if (partIn.length === 0) return testCase(driver, name, "passed", "");
  return testCase(driver, name, "skipped", skipped(`has a part in findings of ${partIn.join(", ")}`));
}

function skipped(message: string): string {
  return `<skipped${xmlAttributes({ message })}/>`;
}

function testCase(
  classname: string,
  name: string,
  outcome: TestCase["outcome"],
  content: string,
  where: Readonly<Record<string, string | number>> = {},
): TestCase {
  const attributes = xmlAttributes({ classname, name, ...where, time: "0" });
  const xml =
    content === "" ? `    <testcase${attributes}/>` : `    <testcase${attributes}>${content}</testcase>`;
  return { outcome, xml };
}

function totals(cases: readonly TestCase[]): Record<string, string | number> {
  const count = (wanted: TestCase["outcome"]) => cases.filter(({ outcome }) => outcome === wanted).length;
  return { tests: cases.length, failures: count("failure"), errors: 0, skipped: count("skipped"), time: "0" };
}

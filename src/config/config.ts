import { RULES, type RuleName, SEVERITIES, type Severity } from "../checks/rules.js";
import { OPS } from "../manifest/words.js";
import { type Fields, isMapOf, isMissingOrText, isText, jsonOf, listOf } from "../source/plain.js";

/** What a project sets for every run. Data only: paths are as they are written, relative to the file. */
export interface Config {
  readonly policy?: string;
  readonly manifests: readonly string[];
  readonly baseline?: string;
  readonly severities: Severities;
  readonly ignore: readonly Ignore[];
}

export type Severities = Readonly<Partial<Record<RuleName, Severity | "off">>>;

/** Findings to leave out: those to which everything that is said here applies. */
export interface Ignore {
  readonly rule?: string;
  readonly driver?: string;
  readonly op?: string;
  readonly lock?: string;
  readonly id?: string;
  readonly reason: string;
}

export const CONFIG_KEYS = ["policy", "manifests", "baseline", "severities", "ignore"] as const;
export const IGNORE_CRITERIA = ["rule", "driver", "op", "lock", "id"] as const;

export const NO_CONFIG: Config = { manifests: [], severities: {}, ignore: [] };

/** The configuration in a JSON text; nothing where anything is wrong with it: parseConfig() tells what. */
export function quickConfig(text: string): Config | undefined {
  return configOf(jsonOf(text));
}

/** The configuration that this data is; nothing where it departs from configSchema. */
export function configOf(data: unknown): Config | undefined {
  if (!isMapOf(data, CONFIG_KEYS)) return undefined;
  const { policy, baseline } = data;
  const manifests = isText(data.manifests) ? [data.manifests] : texts(data.manifests);
  const severities = severitiesOf(data.severities ?? {});
  const ignore = listOf(data.ignore ?? [], ignoreOf);
  if (!isMissingOrText(policy) || !isMissingOrText(baseline)) return undefined;
  if (manifests === undefined || severities === undefined || ignore === undefined) return undefined;
  return { policy, manifests, baseline, severities, ignore };
}

function texts(data: unknown): string[] | undefined {
  if (data === undefined) return [];
  return listOf(data, (entry) => (isText(entry) ? entry : undefined));
}

function severitiesOf(data: unknown): Severities | undefined {
  if (!isMapOf(data, Object.keys(RULES))) return undefined;
  const severities: Partial<Record<RuleName, Severity | "off">> = {};
  for (const [rule, value] of Object.entries(data)) {
    const severity = value === "off" ? value : SEVERITIES.find((known) => known === value);
    if (!isRule(rule) || severity === undefined) return undefined;
    severities[rule] = severity;
  }
  return severities;
}

function ignoreOf(data: unknown): Ignore | undefined {
  if (!isMapOf(data, [...IGNORE_CRITERIA, "reason"])) return undefined;
  const { rule, driver, op, lock, id, reason }: Fields = data;
  if (!isText(reason) || !isMissingOrText(driver) || !isMissingOrText(lock) || !isMissingOrText(id))
    return undefined;
  if (rule !== undefined && !(isText(rule) && isRule(rule))) return undefined;
  if (op !== undefined && !(isText(op) && OPS.some((known) => known === op))) return undefined;
  if (IGNORE_CRITERIA.every((key) => data[key] === undefined)) return undefined;
  return { rule, driver, op, lock, id, reason };
}

function isRule(name: string): name is RuleName {
  return Object.hasOwn(RULES, name);
}

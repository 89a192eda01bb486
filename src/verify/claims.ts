import type {
  Declared,
  FenceDeclaration,
  KernelLine,
  LockDeclaration,
  Manifest,
  OpDeclaration,
  Step,
} from "../manifest/model.js";
import type { PolicyDocument } from "../policy/model.js";
import type { FilePosition } from "../source/position.js";
import type { Claim, Expectation, Inside } from "./claim.js";
import { type Aliases, aliasesOf, expectationOf, wordsOf } from "./claims-of-steps.js";

/**
 * Everything that manifests and policies say about lines of the kernel tree, in their order.
 * @param manifests as read; a step without a line of its own claims nothing
 */
export function claimsOf(manifests: readonly Manifest[], policies: readonly PolicyDocument[]): Claim[] {
  const aliases = aliasesOf(manifests, policies);
  return [
    ...manifests.flatMap((manifest) => ofManifest(manifest, aliases)),
    ...policies.flatMap((policy) => ofPolicy(policy, aliases)),
  ];
}

function ofManifest(manifest: Manifest, aliases: Aliases): Claim[] {
  const { driver } = manifest;
  return [
    ...manifest.locks.flatMap(ofLock),
    ...manifest.fences.flatMap((fence) => ofFence(fence, driver, aliases)),
    ...manifest.functions.flatMap((entry) => ofFunction("function", entry, driver, aliases)),
    ...manifest.paths.flatMap((entry) => ofFunction("path", entry, driver, aliases)),
    ...manifest.callbacks.flatMap((entry) => ofFunction("callback", entry, driver, aliases)),
  ];
}

function ofPolicy(policy: PolicyDocument, aliases: Aliases): Claim[] {
  return [
    ...policy.locks.flatMap(ofLock),
    ...policy.functions.flatMap((entry) => ofFunction("function", entry, "", aliases)),
  ];
}

function ofLock(lock: LockDeclaration): Claim[] {
  return claim(lock.pos, lock.at, `lock class ${lock.name}`, {
    kind: "declaration",
    lock: lock.name,
    expr: lock.expr,
  });
}

function ofFence(fence: FenceDeclaration, driver: string, aliases: Aliases): Claim[] {
  const name = `${driver}/${fence.name}`;
  const { table, lock } = fence;
  return [
    ...(table === undefined
      ? []
      : claim(fence.pos, fence.at, `table ${table} of ${name}`, { kind: "table", table })),
    ...claim(fence.pos, fence.lock_at, `initialisation of ${name}`, { kind: "init", table, lock }),
    ...fence.ops.flatMap((op) => ofOp(op, fence, name, driver, aliases)),
    ...fence.data.flatMap((data) =>
      claim(data.pos, data.at, `freeing of ${data.object} of ${name}`, { kind: "code", hints: [] }),
    ),
  ];
}

function ofOp(
  op: OpDeclaration,
  fence: FenceDeclaration,
  name: string,
  driver: string,
  aliases: Aliases,
): Claim[] {
  const tableFile = fileOf(fence.at) ?? fence.file;
  const expect: Expectation = { kind: "op", op: op.op, function: op.function, table: fence.table, tableFile };
  const inside = op.function === undefined ? undefined : { function: op.function, file: fileOf(op.at) };
  const where = op.function === undefined ? `${op.op} of ${name}` : `${op.function}()`;
  return [
    ...claim(op.pos, op.at, `op ${op.op} of ${name}`, expect),
    ...op.steps.flatMap((step) => ofStep(step, where, inside, driver, aliases)),
  ];
}

type Body = Declared & { readonly name: string; readonly steps: readonly Step[] };

function ofFunction(word: string, entry: Body, driver: string, aliases: Aliases): Claim[] {
  const name = entry.function ?? entry.name;
  const inside = { function: name, file: fileOf(entry.at) };
  return [
    ...claim(entry.pos, entry.at, `${word} ${name}()`, { kind: "definition", name }),
    ...entry.steps.flatMap((step) => ofStep(step, `${name}()`, inside, driver, aliases)),
  ];
}

function ofStep(
  step: Step,
  where: string,
  inside: Inside | undefined,
  driver: string,
  aliases: Aliases,
): Claim[] {
  const within = (steps: readonly Step[]) =>
    steps.flatMap((inner) => ofStep(inner, where, inside, driver, aliases));
  const own = claim(
    step.pos,
    step.at,
    `${wordsOf(step)} in ${where}`,
    expectationOf(step, driver, aliases),
    inside,
  );
  switch (step.kind) {
    case "lock":
      return [...own, ...within(step.steps ?? [])];
    case "either":
      return [...own, ...step.branches.flatMap(within)];
    case "op":
      return [...own, ...within(step.before), ...within(step.onSet), ...within(step.onUnset)];
    default:
      return own;
  }
}

function claim(
  pos: FilePosition,
  at: KernelLine | undefined,
  what: string,
  expect: Expectation,
  inside?: Inside,
): Claim[] {
  if (at === undefined) return [];
  return [
    {
      pos,
      what,
      at,
      file: fileOf(at) ?? "",
      line: Number(at.slice(at.lastIndexOf(":") + 1)),
      expect,
      inside,
    },
  ];
}

function fileOf(at: KernelLine | undefined): string | undefined {
  const file = at?.slice(0, at.lastIndexOf(":"));
  return file === "?" ? undefined : file;
}

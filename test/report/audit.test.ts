import { expect, test } from "vitest";
import { audit, loadPolicy, parseManifests } from "../../src/index.js";
import { AUDIT_FORMATS } from "../../src/report/audit.js";
import { PLAIN } from "../../src/report/style.js";

const ONE_OP = `
manifest: 1
driver: hasty
fences: {job: {ops: {get_timeline_name: {returns: {points_to: hasty_ring.name, freed_by: kfree}}}}}
`;

test("the text says what its columns ask, and what `no` answers; one op is no ops", () => {
  const asked = audit({ manifests: parseManifests(ONE_OP, "hasty.yaml"), policy: loadPolicy("linux-6.12") });
  const text = AUDIT_FORMATS.text(asked, PLAIN);
  expect(text).toMatch(/get_timeline_name +ok +no +ok\n/);
  expect(text).toContain(
    "\nreturn: is what it returns protected while its caller uses it? data: is what it uses kept",
  );
  expect(text).toContain("no: it is freed sooner, or nobody knows how");
  expect(text).toContain("\n1 op, 1 ok, 0 not\n");
});

import { expect, test } from "vitest";
import { github } from "../../src/report/github.js";
import { analysed, GUARDED, HOSTILE, NASTY, SW_SYNC } from "./analysed.js";

/** As the runner reads a line: `::name key=value,key=value::message`, each lineBreaksd. */
function read(line: string) {
  const match = /^::(\w+) (.*?)::(.*)$/.exec(line);
  if (match === null) throw new Error(`no command: ${line}`);
  const [, command, properties, data] = match;
  const lineBreaks = (text: string) => text.replaceAll("%0D", "\r").replaceAll("%0A", "\n");
  const property = (text: string) => lineBreaks(text.replaceAll("%3A", ":").replaceAll("%2C", ","));
  return {
    command,
    ...Object.fromEntries(
      properties.split(",").map((pair) => {
        const [name, value] = pair.split("=");
        return [name, property(value).replaceAll("%25", "%")];
      }),
    ),
    message: lineBreaks(data).replaceAll("%25", "%"),
  };
}

function annotations(output: string) {
  return output.trimEnd().split("\n").map(read);
}

test("an error is annotated at its line of the manifest, with the kernel's line in the message", () => {
  const [annotation, ...more] = annotations(
    github(analysed({ "manifests/sw_sync.yaml": SW_SYNC }, "rfc-ops-under-fence-lock")),
  );
  expect(more).toEqual([]);
  expect(annotation).toMatchObject({
    command: "error",
    file: "manifests/sw_sync.yaml",
    line: "19",
    title: "self-deadlock: sw_sync: set_deadline",
  });
  expect(annotation.message.split("\n")).toEqual([
    expect.stringContaining("timeline_fence_set_deadline() takes sync_timeline.lock"),
    "at drivers/dma-buf/sw_sync.c:200",
    expect.stringMatching(/^mend: /),
  ]);
});

test("percent signs, line breaks and commands in words survive and start no command; nothing steers the terminal", () => {
  const output = github(analysed({ "m/100%,a:b.yaml": HOSTILE }));
  expect(output.trimEnd().split(/[\r\n]/)).toHaveLength(1);
  const [annotation] = annotations(output);
  expect(annotation).toMatchObject({ command: "error", file: "m/100%,a:b.yaml" });
  expect(annotation.message).toContain(NASTY.replace("\u0001\u001b", " "));
});

test("a note is a notice; what the baseline knows is not annotated again", () => {
  const report = analysed({ "gated.yaml": GUARDED });
  expect(annotations(github(report))).toMatchObject([{ command: "notice" }]);
  const findings = report.findings.map((finding) => ({ ...finding, known: { reason: "so be it" } }));
  expect(github({ ...report, findings })).toBe("");
});

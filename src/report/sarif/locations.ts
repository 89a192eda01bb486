import type { Finding } from "../../checks/finding.js";
import type { FilePosition } from "../../source/position.js";
import { kernelLine } from "../places.js";

/** A place in a manifest or policy. */
export function inputLocation({ file, line, column }: FilePosition, message?: string) {
  return {
    physicalLocation: {
      artifactLocation: { uri: fileUri(file) },
      ...(line > 0 ? { region: { startLine: line, ...(column > 0 ? { startColumn: column } : {}) } } : {}),
    },
    ...(message === undefined ? {} : { message: { text: message } }),
  };
}

/** Every kernel line on the way to the finding, once. */
export function kernelLocations({ dependencies }: Finding) {
  const links = new Map(
    dependencies
      .flatMap(({ evidence }) => evidence.chain)
      .flatMap((link) => (link.at === undefined ? [] : [[link.at, link] as const])),
  );
  return [...links].map(([at, link], index) => {
    const { file, line } = kernelLine(at);
    return {
      id: index + 1,
      physicalLocation: {
        artifactLocation: { uri: relativeUri(file), uriBaseId: "KERNEL" },
        ...(line === undefined ? {} : { region: { startLine: line } }),
      },
      message: { text: `${link.function}(): ${link.action}` },
    };
  });
}

/** A file's name as a URI reference: relative to the repository where it lies in it, else a file: URI. */
function fileUri(file: string): string {
  const path = file.replaceAll("\\", "/");
  if (/^[A-Za-z]:\//.test(path)) return `file:///${path.slice(0, 2)}${relativeUri(path.slice(2))}`;
  return path.startsWith("/") ? `file://${relativeUri(path)}` : relativeUri(path.replace(/^(\.\/)+/, ""));
}

/** Everything but letters, digits and `-_.!~*'()` is escaped, so that no segment looks like a scheme or a query. */
function relativeUri(path: string): string {
  return path
    .replace(/[\ud800-\udfff]/gu, "\ufffd")
    .split("/")
    .map(encodeURIComponent)
    .join("/");
}

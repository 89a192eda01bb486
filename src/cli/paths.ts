import { fileURLToPath } from "node:url";

/** The package's own folder of that name: `rules`, `manifests`. */
export function packageFolder(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}

/** A file as messages name it: relative to where the user is, if it lies below. */
export function shown(file: string): string {
  const here = `${process.cwd()}/`;
  return file.startsWith(here) ? file.slice(here.length) : file;
}

import type { CommandWords, OptionWords, Values } from "./words.js";

/** A completion script for fish. */
export function fish(program: string, commands: readonly CommandWords[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  const lines = commands.flatMap(({ name, description, options, values }) => {
    const within = `complete -c ${program} -n ${quote(`__fish_seen_subcommand_from ${name}`)}`;
    return [
      `complete -c ${program} -n ${quote(`not __fish_seen_subcommand_from ${names}`)} -a ${name} -d ${quote(description)}`,
      ...(values.words.length > 0 ? [`${within} -a ${quote(values.words.join(" "))}`] : []),
      ...(values.files ? [`${within} -F`] : []),
      ...options.map((option) => `${within} ${optionWords(option)}`),
    ];
  });
  return `# Completion of ${program} for fish: ${program} completion fish > ~/.config/fish/completions/${program}.fish
complete -c ${program} -f
${lines.join("\n")}
`;
}

function optionWords({ flags, description, value }: OptionWords): string {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return [...names, ...(value === undefined ? [] : [valueWords(value)]), `-d ${quote(description)}`].join(
    " ",
  );
}

function valueWords({ words, files }: Values): string {
  const list = words.length > 0 ? ` -a ${quote(words.join(" "))}` : "";
  return files ? `-r -F${list}` : `-x${list}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

import type { CommandWords, OptionWords, Values } from "./words.js";

/** A completion script for zsh. */
export function zsh(program: string, commands: readonly CommandWords[]): string {
  const name = `_${program}`;
  const cases = commands.map((command) => {
    const specs = [...command.options.map(optionSpec), quote(`*:argument:${action(command.values)}`)];
    return `    ${command.name}) _arguments ${specs.join(" \\\n      ")} ;;`;
  });
  const described = commands.map(({ name: word, description }) => `    ${quote(`${word}:${description}`)}`);
  return `#compdef ${program}
# Completion of ${program} for zsh. In ~/.zshrc, after compinit: eval "$(${program} completion zsh)"
${name}() {
  local state line
  local -a commands
  commands=(
${described.join("\n")}
  )
  _arguments -C '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe command commands; return ;;
    argument) ;;
    *) return ;;
  esac
  case $words[1] in
${cases.join("\n")}
  esac
}
if [ "$funcstack[1]" = "${name}" ]; then ${name} "$@"; else compdef ${name} ${program}; fi
`;
}

function optionSpec({ flags, description, value }: OptionWords): string {
  const text = `[${description.replace(/[[\]\\]/g, "\\$&")}]`;
  const after = value === undefined ? "" : `:value:${action(value)}`;
  if (flags.length === 1) return quote(`*${flags[0]}${text}${after}`);
  return `'*'{${flags.join(",")}}${quote(`${text}${after}`)}`;
}

function action({ words, files }: Values): string {
  const list = words.join(" ");
  if (words.length === 0) return files ? "_files" : " ";
  return files ? `{compadd -- ${list}; _files}` : `(${list})`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

import type { CommandWords, Values } from "./words.js";

/** A completion script for bash. */
export function bash(program: string, commands: readonly CommandWords[]): string {
  const name = `_${program.replaceAll("-", "_")}`;
  const values = commands.flatMap((command) =>
    command.options.flatMap(({ flags, value }) =>
      value === undefined
        ? []
        : [`    ${flags.map((flag) => `"${command.name} ${flag}"`).join("|")}) ${set(value)} ;;`],
    ),
  );
  const rest = commands.flatMap((command) => [
    `    "${command.name} -"*) words="${command.options.flatMap(({ flags }) => flags).join(" ")}" ;;`,
    `    "${command.name} "*) ${set(command.values)} ;;`,
  ]);
  const names = commands.map((command) => command.name);
  return `# Completion of ${program} for bash. In ~/.bashrc: eval "$(${program} completion bash)"
${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= words= files= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${names.join("|")}) command=$word; break ;; esac
  done
  if [ -z "$command" ]; then
    COMPREPLY=($(compgen -W "${names.join(" ")} --help --version" -- "$cur"))
    return
  fi
  case "$command $prev" in
${values.join("\n")}
    *) case "$command $cur" in
${rest.join("\n")}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  if [ -n "$files" ]; then
    local IFS=$'\\n'
    COMPREPLY+=($(compgen -f -- "$cur"))
  fi
}
complete -o filenames -F ${name} ${program}
`;
}

function set({ words, files }: Values): string {
  return (
    [...(words.length > 0 ? [`words="${words.join(" ")}"`] : []), ...(files ? ["files=1"] : [])].join("; ") ||
    ":"
  );
}

import type { Command, Option } from 'commander';

/** The command that the completion scripts of shells call. */
export const COMPLETE = '__complete';

const SCRIPTS = {
  bash: `_mss() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(mss ${COMPLETE} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _mss mss
`,
  zsh: `#compdef mss
_mss() {
  local -a found
  found=("\${(@f)$(mss ${COMPLETE} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -a found; else _files; fi
}
compdef _mss mss
`,
  fish: `complete -c mss -a '(mss ${COMPLETE} (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
} as const;

export type Shell = keyof typeof SCRIPTS;
export const SHELLS = Object.keys(SCRIPTS) as readonly Shell[];

/** The script with which a shell completes the arguments of `mss`. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}

function optionNamed(command: Command, arg: string): Option | undefined {
  return command
    .createHelp()
    .visibleOptions(command)
    .find(({ long, short }) => arg === long || arg === short);
}

/** The possible completions of the last argument in `args`. */
export function completionsOf(program: Command, args: readonly string[]): string[] {
  const typed = args.at(-1) ?? '';
  let command = program;
  let valueOf: Option | undefined;
  for (const arg of args.slice(0, -1)) {
    if (valueOf !== undefined) {
      valueOf = undefined;
      continue;
    }
    const option = optionNamed(command, arg);
    valueOf = option?.required === true ? option : undefined;
    command = command.commands.find((candidate) => candidate.name() === arg) ?? command;
  }
  return candidates(command, typed, valueOf).filter((candidate) => candidate.startsWith(typed));
}

function candidates(command: Command, typed: string, valueOf: Option | undefined): readonly string[] {
  if (valueOf !== undefined) return valueOf.argChoices ?? [];
  const help = command.createHelp();
  if (typed.startsWith('-')) return help.visibleOptions(command).flatMap(({ long }) => (long === undefined ? [] : [long]));
  return [
    ...help.visibleCommands(command).map((sub) => sub.name()),
    ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  ];
}

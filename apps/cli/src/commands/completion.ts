import { Argument } from 'commander';
import { completionScript, type Shell, SHELLS } from '../completion.ts';
import { type AddCommands, examples } from './command-context.ts';

export const addCompletion: AddCommands = (program, environment) => {
  program
    .command('completion')
    .description('what a shell reads to complete the words of mss')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText(
      'after',
      examples(
        'source <(mss completion bash)',
        'mss completion zsh > "${fpath[1]}/_mss"',
        'mss completion fish > ~/.config/fish/completions/mss.fish',
      ),
    )
    .action((shell: Shell) => environment.out(completionScript(shell)));
};

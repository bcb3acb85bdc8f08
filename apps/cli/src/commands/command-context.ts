import { type Command, Option } from 'commander';
import { FORMATS } from '../output.ts';
import type { Surroundings } from '../surroundings.ts';

/** Adds a command to the program; each file of this folder is one or a few of the same noun. */
export type AddCommands = (program: Command, surroundings: Surroundings) => void;

/** `-o`, the same everywhere. */
export function outputOption(): Option {
  return new Option('-o, --output <format>', 'how to show it').choices(FORMATS).default('table');
}

/** Examples at the end of the help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}

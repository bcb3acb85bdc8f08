import { type Command, Option } from 'commander';
import { parseCount } from '../arguments.ts';
import { type Fact, factColumns } from '../facts.ts';
import { type Column, type Format, FORMATS, render, untitled } from '../output.ts';
import type { CliEnvironment } from '../cli-environment.ts';

/** Adds a command to the program. Each file of this folder has the commands of one noun. */
export type AddCommands = (program: Command, environment: CliEnvironment) => void;

export interface Shown {
  readonly output: Format;
}

export interface Listed extends Shown {
  readonly limit: number;
}

/** `-o`, the same for every command. */
export function outputOption(): Option {
  return new Option('-o, --output <format>', 'how to show it').choices(FORMATS).default('table');
}

/** `--limit`, the same for every list. */
export function limitOption(): Option {
  return new Option('--limit <n>', 'at most so many').argParser(parseCount).default(50);
}

/** Examples at the end of the help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
}

/** A command that shows its result. `usage` has its name and its arguments. */
export function verb(parent: Command, usage: string, about: string, ...lines: readonly string[]): Command {
  return parent
    .command(usage)
    .description(about)
    .addOption(outputOption())
    .addHelpText('after', examples(...lines));
}

/** A subcommand that shows a list. */
export function listVerb(parent: Command, usage: string, about: string, ...lines: readonly string[]): Command {
  return verb(parent, usage, about, ...lines).addOption(limitOption());
}

/** Shows one object: facts for people, the object itself for programs. */
export function showOne(environment: CliEnvironment, { output }: Shown, value: unknown, facts: readonly Fact[]): void {
  environment.out(
    output === 'table' ? untitled(facts.map(({ name, value: text }) => [name, text])) : render(output, value, factColumns, facts),
  );
}

/** Shows one object of a list: its row for people, the object itself for programs. */
export function showRow<Row>(environment: CliEnvironment, { output }: Shown, row: Row, columns: readonly Column<Row>[]): void {
  environment.out(render(output, row, columns, [row]));
}

/** Shows a list. For people, an empty list is a message on standard error. */
export function showAll<Row>(environment: CliEnvironment, { output }: Shown, rows: readonly Row[], columns: readonly Column<Row>[]): void {
  if (rows.length === 0 && output === 'table') environment.err('There are none.\n');
  else environment.out(render(output, rows, columns, rows));
}

import { rename, rm, writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { examples, type Shown } from './commands/command-context.ts';
import { UsageError } from './failures.ts';
import { type Format, FORMATS } from './output.ts';
import type { CliEnvironment } from './cli-environment.ts';

/** Formats that the API makes: files for people, in their language. */
const FILE_FORMATS = ['csv', 'xlsx', 'pdf'] as const;
type FileFormat = (typeof FILE_FORMATS)[number];
const LANGUAGES = ['zh', 'en'] as const;

/** The options of a command that shows a document of the park, or writes it to a file. */
export interface DocumentOptions extends Omit<Shown, 'output'> {
  readonly output: Format | FileFormat;
  readonly lang: (typeof LANGUAGES)[number];
  readonly file?: string;
}

/** A command that shows a document of the park, or writes it to a file. */
export function documentVerb(parent: Command, usage: string, about: string, ...lines: readonly string[]): Command {
  return parent
    .command(usage)
    .description(about)
    .addOption(new Option('-o, --output <format>', 'how to show it').choices([...new Set([...FORMATS, ...FILE_FORMATS])]).default('table'))
    .addOption(new Option('--lang <language>', 'the language of csv, xlsx and pdf').choices(LANGUAGES).default('zh'))
    .option('--file <path>', 'write it there')
    .addHelpText('after', examples(...lines));
}

export function isFileFormat(format: string): format is FileFormat {
  return (FILE_FORMATS as readonly string[]).includes(format);
}

/** @throws UsageError where bytes would be written to a terminal */
export function requirePlaceFor({ output, file }: DocumentOptions, { terminal }: CliEnvironment): void {
  if (file !== undefined || !terminal || !isFileFormat(output) || output === 'csv') return;
  throw new UsageError(`A terminal cannot show ${output}.`, `Name a file: --file october.${output}`);
}

/** Writes a document to the file that was named, else to standard output. What is written only in part never has the name. */
export async function writeDocument(environment: CliEnvironment, { file }: DocumentOptions, content: string | ArrayBuffer): Promise<void> {
  if (file === undefined) {
    if (typeof content === 'string') environment.out(content);
    else environment.outBytes(new Uint8Array(content));
    return;
  }
  const part = `${file}.part`;
  try {
    await writeFile(part, typeof content === 'string' ? content : new Uint8Array(content));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw new UsageError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

import { open, rename, rm } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { examples, type Shown } from './commands/command-context.ts';
import { UsageError } from './failures.ts';
import { type Format, FORMATS } from './output.ts';
import type { CliEnvironment } from './cli-environment.ts';

/** Formats of files for people, in their language. The API makes them. */
export const FILE_FORMATS = ['csv', 'xlsx', 'pdf'] as const;
/** Formats of statements. FOCUS is for programs. */
export const STATEMENT_FORMATS = [...FILE_FORMATS, 'focus'] as const;
type FileFormat = (typeof STATEMENT_FORMATS)[number];
const LANGUAGES = ['zh', 'en'] as const;

/** The options of a command that shows a document of the park, or writes it to a file. */
export interface DocumentOptions<F extends FileFormat = (typeof FILE_FORMATS)[number]> extends Omit<Shown, 'output'> {
  readonly output: Format | F;
  readonly lang: (typeof LANGUAGES)[number];
  readonly file?: string;
}

/** A command that shows a document of the park, or writes it to a file. */
export function documentVerb(
  parent: Command,
  usage: string,
  about: string,
  formats: readonly FileFormat[],
  ...lines: readonly string[]
): Command {
  return parent
    .command(usage)
    .description(about)
    .addOption(new Option('-o, --output <format>', 'how to show it').choices([...new Set([...FORMATS, ...formats])]).default('table'))
    .addOption(new Option('--lang <language>', 'the language of csv, xlsx and pdf').choices(LANGUAGES).default('zh'))
    .option('--file <path>', 'write it there')
    .addHelpText('after', examples(...lines));
}

export function isFileFormat<F extends FileFormat>(format: string, formats: readonly F[]): format is F {
  return (formats as readonly string[]).includes(format);
}

/** @throws UsageError if the bytes would be written to a terminal */
export function requirePlaceFor(format: string, file: string | undefined, { terminal }: CliEnvironment): void {
  if (file !== undefined || !terminal || !['xlsx', 'pdf', 'zip'].includes(format)) return;
  throw new UsageError(`A terminal cannot show ${format}.`, `Name a file: --file october.${format}`);
}

/**
 * Writes a document to `file`, otherwise to standard output. It is written under a temporary name first, so an incomplete file never has
 * the name `file`, and is removed.
 * @throws UsageError if the file cannot be written
 */
export async function writeDocument(
  environment: CliEnvironment,
  file: string | undefined,
  content: string | AsyncIterable<Uint8Array>,
): Promise<void> {
  const chunks = typeof content === 'string' ? [Buffer.from(content)] : content;
  if (file === undefined) {
    if (typeof content === 'string') environment.out(content);
    else for await (const chunk of chunks) await environment.outBytes(chunk);
    return;
  }
  const part = `${file}.part`;
  try {
    const handle = await open(part, 'w');
    try {
      for await (const chunk of chunks) await handle.writeFile(chunk);
      await handle.sync().catch(onlyIf('EINVAL'));
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw asWriteFailure(file, error);
  }
}

/** Devices and some file systems cannot be synchronised. */
function onlyIf(code: string): (error: unknown) => void {
  return (error) => {
    if (codeOf(error) !== code) throw error;
  };
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}

function asWriteFailure(file: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new UsageError(`${file} was not written: the disk is full.`, 'Make space, or name a file on another disk.');
  }
  if (code?.startsWith('E') === true) return new UsageError(`${file} cannot be written: ${(error as Error).message}`);
  return error;
}

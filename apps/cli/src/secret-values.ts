import path from 'node:path';
import { parseEnv } from 'node:util';
import type { operations } from '#api-client';
import type { CliEnvironment } from './cli-environment.ts';
import { UsageError } from './failures.ts';
import { readBytes, readText } from './input-file.ts';

/** The values of a secret, as the API takes them. */
export type SecretContent = operations['secrets.replace']['requestBody']['content']['application/json'];

/** Values come from files, standard input or a prompt: other users of the machine can read the arguments of a command. */
export interface RegistryOptions {
  readonly server: string;
  readonly username: string;
  readonly passwordFile?: string;
}

export async function registryContent(environment: CliEnvironment, options: RegistryOptions): Promise<SecretContent> {
  const { server, username, passwordFile } = options;
  const password =
    passwordFile === undefined
      ? await ask(environment, `Password of ${username} at ${server}: `, 'Give --password-file FILE, or - for standard input.')
      : withoutLineEnd(await readText(environment, passwordFile));
  return { kind: 'registry', server, username, password };
}

/**
 * @param names variables whose values are asked for
 * @param file lines like KEY=VALUE; `-` is standard input
 */
export async function environmentContent(
  environment: CliEnvironment,
  names: readonly string[],
  file: string | undefined,
): Promise<SecretContent> {
  const assigned = names.find((name) => name.includes('='));
  if (assigned !== undefined) {
    throw new UsageError(
      'A value on the command line is visible to others on this machine.',
      'Name the variable alone, and its value is asked for; or give --from-file FILE with lines like KEY=VALUE.',
    );
  }
  const values: Record<string, string> = file === undefined ? {} : linesOf(file, await readText(environment, file));
  for (const name of names) values[name] = await ask(environment, `${name}: `, 'Give --from-file FILE, or - for standard input.');
  if (Object.keys(values).length === 0) throw new UsageError('There is no variable.', 'Name variables, or give --from-file FILE.');
  return { kind: 'environment', values };
}

/** @param given paths, or NAME=PATH for another name than the file's; the path `-` is standard input */
export async function filesContent(environment: CliEnvironment, given: readonly string[]): Promise<SecretContent> {
  const files: Record<string, string> = {};
  for (const each of given) {
    const at = each.indexOf('=');
    const [name, file] = at < 1 ? [path.basename(each), each] : [each.slice(0, at), each.slice(at + 1)];
    if (name === '-') throw new UsageError('Standard input has no name.', 'Write NAME=-.');
    if (name in files) throw new UsageError(`Two files are called ${name}.`, 'Write NAME=PATH for one of them.');
    files[name] = (file === '-' ? Buffer.from(await environment.readInput()) : await readBytes(file)).toString('base64');
  }
  return { kind: 'files', files };
}

function linesOf(file: string, text: string): Record<string, string> {
  const wrong = text.split('\n').findIndex((line) => line.trim() !== '' && !/^\s*(#|(export\s+)?[A-Za-z_][\w.]*\s*=)/.test(line));
  const values = Object.fromEntries(Object.entries(parseEnv(text)).map(([name, value]) => [name, value ?? '']));
  // A line after an opening quote is part of a value.
  if (wrong >= 0 && Object.values(values).every((value) => !value.includes('\n'))) {
    throw new UsageError(`Line ${wrong + 1} of ${file} is not like KEY=VALUE.`);
  }
  return values;
}

async function ask(environment: CliEnvironment, question: string, instead: string): Promise<string> {
  return await environment.ask(question, { hidden: true, instead });
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}

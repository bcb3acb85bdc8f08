import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { UsageError } from './failures.ts';
import type { Surroundings } from './surroundings.ts';

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The bytes of a file. @throws UsageError where it cannot be read */
export async function readBytes(file: string): Promise<Buffer> {
  return await readFile(file).catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${reasonOf(error)}`);
  });
}

/** The text of a file; `-` is standard input. */
export async function readText(surroundings: Surroundings, file: string): Promise<string> {
  return file === '-' ? await surroundings.readInput() : (await readBytes(file)).toString('utf8');
}

/** YAML, of which JSON is a part. What it says is the API's to judge, field by field: here it only has to be YAML. */
export function parseYaml(file: string, text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch (error) {
    throw new UsageError(`${file} is not YAML: ${reasonOf(error)}`);
  }
}

/** The body that a file describes, for the API to judge. */
export async function readBody<Body>(surroundings: Surroundings, file: string): Promise<Body> {
  return parseYaml(file, await readText(surroundings, file)) as Body;
}

import { readFile } from 'node:fs/promises';
import { type Document, parseDocument, visit } from 'yaml';
import { UsageError } from './failures.ts';
import type { CliEnvironment } from './cli-environment.ts';
import { utf8Text } from './utf8.ts';

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The bytes of a file. @throws UsageError where it cannot be read */
export async function readBytes(file: string): Promise<Buffer> {
  return await readFile(file).catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${reasonOf(error)}`);
  });
}

/** The text of a file; `-` is standard input. @throws UsageError where it cannot be read or is not UTF-8 */
export async function readText(environment: CliEnvironment, file: string): Promise<string> {
  return file === '-' ? await environment.readInput() : utf8Text(file, await readBytes(file));
}

/** YAML, of which JSON is a part, with merge keys (`<<: *base`). The API checks its fields; here it only has to be YAML. */
export function parseYaml(file: string, text: string): unknown {
  return valueOf(file, documentOf(file, text));
}

/**
 * As `parseYaml`, for files in which a number may be meant as text, such as `LR: 1.10` in an environment: a number that would be written
 * otherwise than it is (1.1) stays the text that the file has.
 */
export function parseYamlAsWritten(file: string, text: string): unknown {
  const document = documentOf(file, text);
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'number' && node.source !== undefined && node.source !== String(node.value)) node.value = node.source;
    },
  });
  return valueOf(file, document);
}

/** The body that a file describes, for the API to judge. */
export async function readBody<Body>(environment: CliEnvironment, file: string): Promise<Body> {
  return parseYaml(file, await readText(environment, file)) as Body;
}

function documentOf(file: string, text: string): Document {
  const document = parseDocument(text, { merge: true });
  const [fault] = document.errors;
  if (fault !== undefined) throw new UsageError(`${file} is not YAML: ${fault.message}`);
  return document;
}

/** Aliases are resolved here: one that refers to nothing, or too many, are found only now. */
function valueOf(file: string, document: Document): unknown {
  try {
    return document.toJS() as unknown;
  } catch (error) {
    throw new UsageError(`${file} is not YAML: ${reasonOf(error)}`);
  }
}

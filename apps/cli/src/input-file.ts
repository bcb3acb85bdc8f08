import { readFile } from 'node:fs/promises';
import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments, parseDocument, visit } from 'yaml';
import { ApiProblem, UsageError } from './failures.ts';
import type { CliEnvironment } from './cli-environment.ts';
import { utf8Text } from './utf8.ts';

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The bytes of a file. @throws UsageError if it cannot be read */
export async function readBytes(file: string): Promise<Buffer> {
  return await readFile(file).catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${reasonOf(error)}`);
  });
}

/** The text of a file; `-` is standard input. @throws UsageError if it cannot be read or is not UTF-8 */
export async function readText(environment: CliEnvironment, file: string): Promise<string> {
  return file === '-' ? await environment.readInput() : utf8Text(file, await readBytes(file));
}

/** Parses YAML, which includes JSON, with merge keys (`<<: *base`). The API checks the fields. */
export function parseYaml(file: string, text: string): unknown {
  return valueOf(file, documentOf(file, text));
}

function keepNumbersAsWritten(document: Document): void {
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'number' && node.source !== undefined && node.source !== String(node.value)) node.value = node.source;
    },
  });
}

/**
 * The documents of a file in which a number may be meant as text, such as `LR: 1.10` in an environment: a number whose text would change
 * (1.1) stays the text of the file. `---` divides the documents; empty ones are left out.
 */
export function parseDocumentsAsWritten(file: string, text: string): unknown[] {
  return parseAllDocuments(text, { merge: true }).flatMap((document) => {
    const [fault] = document.errors;
    if (fault !== undefined) throw new UsageError(`${file} is not YAML: ${fault.message}`);
    if (document.contents === null) return [];
    keepNumbersAsWritten(document);
    return [valueOf(file, document)];
  });
}

/** Parses the documents of a YAML file, which `---` divides. Empty ones are left out. */
export function parseDocuments(file: string, text: string): unknown[] {
  return parseAllDocuments(text, { merge: true }).flatMap((document) => {
    const [fault] = document.errors;
    if (fault !== undefined) throw new UsageError(`${file} is not YAML: ${fault.message}`);
    return document.contents === null ? [] : [valueOf(file, document)];
  });
}

/** The request body in a file. The API checks it. */
export async function readBody<Body>(environment: CliEnvironment, file: string): Promise<Body> {
  return parseYaml(file, await readText(environment, file)) as Body;
}

/** A request body from a file, with the line of each fault. */
export interface LocatedBody<Body> {
  readonly body: Body;
  /** Adds the line of each fault to the API's refusal of the body. */
  readonly located: (refused: ApiProblem) => ApiProblem;
}

/** Like `readBody`, with the lines of the file. */
export async function readLocatedBody<Body>(environment: CliEnvironment, file: string): Promise<LocatedBody<Body>> {
  const lineCounter = new LineCounter();
  const document = documentOf(file, await readText(environment, file), lineCounter);
  const located = ({ problem }: ApiProblem): ApiProblem => {
    const errors = problem.errors?.map((fault) => {
      const line = fault.pointer === undefined ? undefined : lineOf(document, lineCounter, fault.pointer);
      return line === undefined ? fault : { ...fault, message: `${fault.message} (line ${line} of ${file})` };
    });
    const alone = problem.errors?.length === 1 && problem.errors[0]?.message === problem.detail ? errors?.[0]?.message : undefined;
    return new ApiProblem({ ...problem, ...(errors !== undefined && { errors }), detail: alone ?? problem.detail });
  };
  return { body: valueOf(file, document) as Body, located };
}

/** The line to which a JSON pointer points. If that part is missing, the line of the nearest part that contains it. */
function lineOf(document: Document, lines: LineCounter, pointer: string): number | undefined {
  let node: unknown = document.contents;
  let offset = isNode(node) ? node.range?.[0] : undefined;
  for (const name of pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
      if (pair === undefined) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(name)];
      if (isNode(node)) offset = node.range?.[0] ?? offset;
    } else {
      break;
    }
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

function documentOf(file: string, text: string, lineCounter = new LineCounter()): Document {
  const document = parseDocument(text, { merge: true, lineCounter });
  const [fault] = document.errors;
  if (fault !== undefined) throw new UsageError(`${file} is not YAML: ${fault.message}`);
  return document;
}

/** Resolves aliases. An alias that refers to nothing, or too many of them, are found only here. */
function valueOf(file: string, document: Document): unknown {
  try {
    return document.toJS() as unknown;
  } catch (error) {
    throw new UsageError(`${file} is not YAML: ${reasonOf(error)}`);
  }
}

import { z } from 'zod';
import { parseJobFile } from '#jobs';
import { PLACEHOLDER } from '../src/open-api-examples.ts';
import { ApiTestEnvironment } from './api-test-environment.ts';

interface Body {
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: object; readonly example?: unknown }>>;
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Body>>;
}

interface Document {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

/** Where an example holds the text of a field that has none. */
function placeholdersIn(example: unknown, path = ''): string[] {
  if (example === PLACEHOLDER) return [path];
  if (typeof example !== 'object' || example === null) return [];
  return Object.entries(example).flatMap(([name, part]) => placeholdersIn(part, `${path}/${name}`));
}

describe('the OpenAPI document', () => {
  let environment: ApiTestEnvironment | undefined;
  let document: Document;
  let operations: readonly Operation[];
  beforeAll(async () => {
    environment = await ApiTestEnvironment.start();
    document = (await (await fetch(`${environment.url}/api/openapi.json`)).json()) as Document;
    operations = Object.values(document.paths).flatMap((item) => Object.values(item));
  });
  afterAll(async () => {
    await environment?.stop();
  });

  const without = (part: (operation: Operation) => unknown) =>
    operations.filter((operation) => !part(operation)).map(({ operationId }) => operationId);

  it('gives every operation a summary, a description and its error codes', () => {
    expect(operations.length).toBeGreaterThan(100);
    expect(without(({ summary }) => summary)).toEqual([]);
    expect(without(({ description }) => description)).toEqual([]);
    const names = (body: Body) => /with the code (`[a-z.-]+`(, )?)+$/.test(body.description ?? '');
    expect(without(({ responses }) => Object.values(responses).some(names))).toEqual([]);
    const summaries = operations.map(({ summary }) => summary);
    expect(summaries.filter((summary, index) => summaries.indexOf(summary) !== index)).toEqual([]);
  });

  it('has a tag for every operation, and operations for every tag', () => {
    const tags = document.tags.map(({ name }) => name);
    expect(without((operation) => operation.tags?.length === 1 && tags.includes(operation.tags[0] ?? ''))).toEqual([]);
    expect(tags.filter((tag) => !operations.some((operation) => operation.tags?.includes(tag)))).toEqual([]);
  });

  it('shows an example of every JSON body, which fits its schema', () => {
    const bodies = operations.flatMap(({ operationId, requestBody, responses }) =>
      [['request', requestBody] as const, ...Object.entries(responses)].flatMap(([which, body]) => {
        const json = body?.content?.['application/json'];
        return json?.schema === undefined ? [] : [{ body: `${which} of ${operationId}`, ...json, schema: json.schema }];
      }),
    );
    expect(bodies.length).toBeGreaterThan(100);
    expect(bodies.filter(({ example }) => example === undefined)).toEqual([]);
    // A field without an example has this text: add one to `open-api-examples.ts`.
    expect(bodies.flatMap(({ body, example }) => placeholdersIn(example).map((path) => `${body}: ${path}`))).toEqual([]);
    const unfit = bodies.flatMap(({ body, schema, example }) => {
      const definitions = JSON.parse(
        JSON.stringify({ ...schema, $defs: document.components.schemas }).replaceAll('#/components/schemas/', '#/$defs/'),
      ) as z.core.JSONSchema.BaseSchema;
      const parsed = z.fromJSONSchema(definitions).safeParse(example);
      return parsed.success ? [] : [`${body}: ${z.prettifyError(parsed.error)}`];
    });
    expect(unfit).toEqual([]);
  });

  it('shows the examples that the schemas of a body give', () => {
    const body = operations.find(({ operationId }) => operationId === 'journal.export')?.requestBody?.content?.['application/json'];
    expect(body?.example).toMatchObject({ accounts: { wallet: { code: '2203', name: '预收账款', dimensions: ['company', 'job'] } } });
  });

  it('shows a job file that is accepted', () => {
    const submit = operations.find(({ operationId }) => operationId === 'jobs.submit');
    expect(parseJobFile(submit?.requestBody?.content?.['application/json']?.example)).toMatchObject({ replicas: 2, gpusPerReplica: 8 });
  });
});

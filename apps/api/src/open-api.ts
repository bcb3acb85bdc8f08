import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { PUBLIC } from './http/access.ts';
import { problemSchema } from './http/problem.ts';
import { REASON_PARAMETER } from './http/reason.ts';
import { exampleOf, type JsonSchema as ExampleSchema } from './open-api-examples.ts';
import errors from './errors/operation-errors.json' with { type: 'json' };

/** Error codes by HTTP status. */
type ErrorsByStatus = Readonly<Record<string, readonly string[]>>;
/** Codes that the handler of an operation can answer with, by operation id. */
const OPERATION_ERRORS: Readonly<Record<string, ErrorsByStatus>> = errors.operations;
/** Codes that the API answers with before a handler runs: of the guard, of the input, of an Idempotency-Key, of If-Match. */
const SHARED_ERRORS = errors.shared;

type JsonSchema = Record<string, unknown>;
type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & { readonly 'x-action'?: string };

/** The tags of operations, in the order in which the description shows them. */
const TAGS: readonly (readonly [string, string])[] = [
  ['Sign-in', 'Signing in, staying signed in, signing out.'],
  ['Passwords and second factor', 'Choosing a password, and the authenticator app of your account.'],
  ['Your account', 'Who you are, your sessions, your personal tokens, your notices and your drafts of forms.'],
  ['Users of the park', 'Accounts of people, and their roles for the park.'],
  ['Companies', 'The companies of the incubator, their status and their contacts.'],
  ['Members and invitations', 'The people of a company, and how they join it.'],
  ['Two-person decisions', 'What one person proposes and another one confirms.'],
  ['GPU classes and prices', 'What can be used, and its price per GPU-hour.'],
  ['Programmes', 'Subsidy programmes with their terms and their budgets.'],
  ['Applications', 'Applications for subsidy: drafted by companies, reviewed and decided by the park.'],
  ['Grants', 'What a company was given of a programme, and everything that touched it.'],
  ['Balances, wallets and quotas', 'What a company may spend, and how many GPUs it may use at once.'],
  ['Quotes', 'What a job would cost, and who would pay.'],
  ['Jobs', 'Submitting, reading, cancelling and resuming jobs.'],
  ['Secrets', 'What a company gives its jobs, and nobody reads again: registry credentials, variables and files.'],
  ['Job events and logs', 'What a job does while it does it.'],
  ['Search', 'Finds everything that you may read, by any part of an id or name.'],
  ['Insight', 'What was used and who paid, how long funds last, and how the cluster was used.'],
  ['Changes', 'What changed, for those who show it.'],
  ['Incidents', 'Failures of the platform, and what is credited back for them.'],
  ['Statements', 'What a company used and paid in a month.'],
  ['Provenance', 'Where a number comes from: from the line of a statement to pods and ledger entries, and back.'],
  ['Months and settlements', 'Closing a month, reconciling it, and what each programme paid in it.'],
  ['Signing keys', 'The public keys of the park, with which anybody checks what it signed.'],
  ['Audit trail', 'Who did what, when, from where and why.'],
  ['Errors', 'What each error code means, and what to do about it.'],
  ['Operations', 'Whether the processes are well.'],
];

function without(schema: JsonSchema, ...keywords: string[]): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword)));
}

/** Zod's JSON Schema in the edition of OpenAPI 3.1. A schema with an id becomes a component of that name. */
function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): { schema: JsonSchema; components: Record<string, JsonSchema> } {
  const converted: JsonSchema = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' });
  const definitions = (converted['$defs'] ?? {}) as Record<string, JsonSchema>;
  const components = Object.fromEntries(Object.entries(definitions).map(([name, shape]) => [name, without(shape, 'id')]));
  const root = without(converted, '$schema', '$defs', 'id');
  const { id } = converted;
  if (typeof id !== 'string') return { schema: root, components };
  return { schema: { $ref: `#/components/schemas/${id}` }, components: { ...components, [id]: root } };
}

function operationsOf(document: OpenAPIObject): Operation[] {
  return Object.values(document.paths).flatMap((item) =>
    [item.get, item.put, item.post, item.patch, item.delete].filter((operation) => operation !== undefined),
  );
}

/** The problems that an operation can answer with, by status, with the codes of `libs/ERRORS.md`. */
function errorsOf(operation: Operation): Map<number, string[]> {
  const takes = (header: string) => operation.parameters?.some((parameter) => 'name' in parameter && parameter.name === header) === true;
  const hasInput = operation.requestBody !== undefined || (operation.parameters?.length ?? 0) > 0;
  const all: ErrorsByStatus[] = [
    OPERATION_ERRORS[operation.operationId ?? ''] ?? {},
    ...(operation['x-action'] === PUBLIC ? [] : [SHARED_ERRORS.signedIn]),
    ...(hasInput ? [SHARED_ERRORS.input] : []),
    ...(operation.requestBody === undefined ? [] : [{ 400: ['request.malformed'], 413: ['request.too-large'] }]),
    ...(takes('Idempotency-Key') ? [SHARED_ERRORS.idempotency] : []),
    ...(takes('If-Match') ? [SHARED_ERRORS.version] : []),
    { 503: ['database.unavailable', 'database.statement-timeout', 'database.disk-full'] },
  ];
  const codes = new Map<number, string[]>();
  for (const [status, more] of all.flatMap((errors) => Object.entries(errors))) {
    codes.set(Number(status), [...new Set([...(codes.get(Number(status)) ?? []), ...more])].sort());
  }
  return codes;
}

/** Adds the problems to each operation. */
function describeProblems(document: OpenAPIObject): void {
  const { components } = jsonSchemaOf(problemSchema, 'output');
  // For a schema with only an id, zod writes a reference to its own `$defs`, which this document does not have.
  const schema = { $ref: '#/components/schemas/Problem' };
  document.components = { ...document.components, schemas: { ...document.components?.schemas, ...components } };
  for (const operation of operationsOf(document)) {
    for (const [status, codes] of errorsOf(operation)) {
      const description = `A problem with the code ${codes.map((code) => `\`${code}\``).join(', ')}`;
      operation.responses[status] ??= { description, content: { 'application/problem+json': { schema } } };
    }
    operation.responses['default'] = { description: 'A problem (RFC 9457)', content: { 'application/problem+json': { schema } } };
  }
}

/** Adds an example to each JSON body of requests and answers. */
function describeExamples(document: OpenAPIObject): void {
  const components = (document.components?.schemas ?? {}) as Record<string, ExampleSchema>;
  for (const operation of operationsOf(document)) {
    for (const body of [operation.requestBody, ...Object.values(operation.responses)]) {
      const json = body !== undefined && 'content' in body ? body.content?.['application/json'] : undefined;
      if (json?.schema !== undefined && json.examples === undefined) json.example ??= exampleOf(json.schema as ExampleSchema, components);
    }
  }
}

/** Adds the header with a reason to each operation that writes as a signed-in person. */
function describeReasons(document: OpenAPIObject): void {
  for (const item of Object.values(document.paths)) {
    for (const operation of [item.put, item.post, item.patch, item.delete] as (Operation | undefined)[]) {
      if (operation === undefined || operation['x-action'] === PUBLIC) continue;
      operation.parameters = [...(operation.parameters ?? []), REASON_PARAMETER];
    }
  }
}

/** The description of the API, made from its routes and schemas. */
export function openApiOf(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Speedspace')
    .setDescription(
      'Compute subsidy and GPU jobs of Model Speed Space. Money is in integers of fen, GPU time in integers of GPU-seconds, instants are RFC 3339 in UTC.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An access token, or a personal token mss_pat_…' })
    .build();
  config.tags = TAGS.map(([name, description]) => ({ name, description }));
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '').toLowerCase()}.${method}`,
    standardSchemaConverter: (schema, { schemaType }) => (schema instanceof z.ZodType ? jsonSchemaOf(schema, schemaType) : undefined),
  });
  describeProblems(document);
  describeReasons(document);
  describeExamples(document);
  return document;
}

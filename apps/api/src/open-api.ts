import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { PUBLIC } from './http/access.ts';
import { problemSchema } from './http/problem.ts';
import { REASON_PARAMETER } from './http/reason.ts';

type JsonSchema = Record<string, unknown>;

function without(schema: JsonSchema, ...keywords: string[]): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword)));
}

/** Zod's own JSON Schema of the edition that OpenAPI 3.1 speaks. A schema with an id becomes a component of that name. */
function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): { schema: JsonSchema; components: Record<string, JsonSchema> } {
  const converted: JsonSchema = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' });
  const definitions = (converted['$defs'] ?? {}) as Record<string, JsonSchema>;
  const components = Object.fromEntries(Object.entries(definitions).map(([name, shape]) => [name, without(shape, 'id')]));
  const root = without(converted, '$schema', '$defs', 'id');
  const { id } = converted;
  if (typeof id !== 'string') return { schema: root, components };
  return { schema: { $ref: `#/components/schemas/${id}` }, components: { ...components, [id]: root } };
}

/** Every operation may answer with a problem. */
function describeProblems(document: OpenAPIObject): void {
  const { components } = jsonSchemaOf(problemSchema, 'output');
  // What zod says of a schema with an id alone refers into its own `$defs`, which a document of ours has not.
  const schema = { $ref: '#/components/schemas/Problem' };
  document.components = { ...document.components, schemas: { ...document.components?.schemas, ...components } };
  for (const item of Object.values(document.paths)) {
    for (const method of ['get', 'put', 'post', 'patch', 'delete'] as const) {
      const operation = item[method];
      if (operation === undefined) continue;
      operation.responses['default'] = { description: 'A problem (RFC 9457)', content: { 'application/problem+json': { schema } } };
    }
  }
}

/** Whoever signs in and writes may say why. */
function describeReasons(document: OpenAPIObject): void {
  for (const item of Object.values(document.paths)) {
    for (const operation of [item.put, item.post, item.patch, item.delete]) {
      if (operation === undefined || (operation as { 'x-action'?: string })['x-action'] === PUBLIC) continue;
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
      'Compute subsidy and GPU jobs of Model Speed Space. Money is integers of fen, GPU time integers of GPU-seconds, instants RFC 3339 UTC.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An access token, or a personal token mss_pat_…' })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '').toLowerCase()}.${method}`,
    standardSchemaConverter: (schema, { schemaType }) => (schema instanceof z.ZodType ? jsonSchemaOf(schema, schemaType) : undefined),
  });
  describeProblems(document);
  describeReasons(document);
  return document;
}

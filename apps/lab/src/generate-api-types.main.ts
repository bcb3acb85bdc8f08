import { writeFile } from 'node:fs/promises';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { SystemClock } from '#kernel';
import { ApiModule } from '../../api/src/api.module.ts';
import { openApiOf } from '../../api/src/open-api.ts';
import { apiSettings } from '../../api/src/settings.ts';

// Run from the top level by `npm run generate:api-types`.
const FILE = 'libs/api-client/src/api-types.ts';
const HEAD = '// Generated from the OpenAPI document of the API by `npm run generate:api-types`. Do not edit.\n';

// Nothing is connected to: the routes and their schemas are all that is read of the API.
const settings = apiSettings({ DATABASE_URL: 'postgres://nowhere/none', JWT_SECRET: 'not used: no request is ever served' });
const app = await NestFactory.create(ApiModule.register(settings, new SystemClock()), new FastifyAdapter(), {
  preview: true,
  logger: ['error'],
});
app.setGlobalPrefix('api/v1', { exclude: ['healthz', 'readyz', 'metrics'] });
const document = JSON.parse(JSON.stringify(openApiOf(app))) as OpenAPI3 & { paths: Record<string, Record<string, { responses: object }>> };
// Errors of all statuses have the one shape of the default response. Its type serves for each of them.
for (const operation of Object.values(document.paths).flatMap((item) => Object.values(item))) {
  operation.responses = Object.fromEntries(Object.entries(operation.responses).filter(([status]) => !/^[45]/.test(status)));
}
const types = await openapiTS(document, { alphabetize: true });
await writeFile(FILE, HEAD + astToString(types));

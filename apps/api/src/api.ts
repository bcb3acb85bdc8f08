import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { Logger } from 'nestjs-pino';
import { type Clock, SystemClock } from '#kernel';
import { ApiModule } from './api.module.ts';
import { openApiOf } from './open-api.ts';
import type { ApiSettings } from './settings.ts';

const BODY_BYTES = 1024 * 1024;

/**
 * The API, ready to listen: `await (await createApi(settings)).listen(port, host)`. Used by the process, by standalone and by tests.
 * Its `close()` ends streams, lets requests finish and leaves the database.
 */
export async function createApi(settings: ApiSettings, clock: Clock = new SystemClock()): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    trustProxy: (_address, hop) => hop < settings.trustedProxies,
    bodyLimit: BODY_BYTES,
    routerOptions: { maxParamLength: 200 },
    requestTimeout: 120_000,
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.with(settings, clock), adapter, {
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  app.setGlobalPrefix('api/v1', { exclude: ['healthz', 'readyz'] });
  await protect(app, settings);
  acceptUploads(app, settings);
  const document = openApiOf(app);
  SwaggerModule.setup('api/docs', app, () => document, {
    jsonDocumentUrl: 'api/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Speedspace API',
  });
  return app;
}

async function protect(app: NestFastifyApplication, settings: ApiSettings): Promise<void> {
  const overTls = settings.publicUrl.startsWith('https:');
  await app.register(fastifyHelmet, {
    // Over plain HTTP both would lock a browser out of a deployment that has no TLS.
    hsts: overTls,
    contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': overTls ? [] : null, 'img-src': ["'self'", 'data:'] } },
  });
  await app.register(fastifyCookie);
  app.getHttpAdapter().getInstance().decorate('limits', { signIn: settings.signInPerMinute, submission: settings.submissionsPerMinute });
  await app.register(fastifyRateLimit, { global: false });
}

/** Uploads are bytes to us, whatever they claim to be: the room that takes them looks inside. */
function acceptUploads(app: NestFastifyApplication, settings: ApiSettings): void {
  app.useBodyParser('application/octet-stream', { bodyLimit: settings.uploadBytes });
}

import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { ConnectionError, FastifyReply, FastifyRequest } from 'fastify';
import { Logger } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import { type Clock, SystemClock } from '#kernel';
import { ApiModule } from './api.module.ts';
import { consoleDirectory, serveConsole } from './console.ts';
import { acceptJson } from './http/json-body.ts';
import { HttpProblem, problemOf } from './http/problem.ts';
import { measureRequests } from './http/request-metrics.ts';
import { submissionLimit } from './http/limits.ts';
import { openApiOf } from './open-api.ts';
import type { ApiSettings } from './settings.ts';

const BODY_BYTES = 1024 * 1024;
const HEADERS_TOO_LARGE = 431;
/** How long a process that stops waits for its requests. Without a limit it would wait for the headers of a connection that sends none. */
const SHUTDOWN_GRACE_MS = 5_000;

/**
 * The API, ready to listen: `await (await createApi(settings)).listen(port, host)`. Used by the process, by standalone and by tests.
 * Its `close()` ends streams, lets requests finish within some seconds and leaves the database.
 * @param log absent: standard output
 * @param more modules with routes that only this process has
 */
export async function createApi(
  settings: ApiSettings,
  clock: Clock = new SystemClock(),
  log?: DestinationStream,
  more: readonly DynamicModule[] = [],
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    trustProxy: (_address, hop) => hop < settings.trustedProxies,
    bodyLimit: BODY_BYTES,
    // More than a request line may have, so that the schema of a parameter refuses what is too long.
    routerOptions: { maxParamLength: 65_536 },
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => {
      const problem = problemOf(error);
      void reply.status(problem.status).header('Content-Type', 'application/problem+json').send(JSON.stringify(problem));
    },
    clientErrorHandler: refuseUnreadable,
    requestTimeout: 120_000,
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.register(settings, clock, log, more), adapter, {
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  app.setGlobalPrefix('api/v1', { exclude: ['healthz', 'readyz', 'metrics'] });
  await protect(app, settings);
  forbidStorage(app);
  acceptJson(app, BODY_BYTES);
  acceptUploads(app, settings);
  closeLateConnections(app);
  measureRequests(app);
  // Created when somebody reads it for the first time, because it would take most of the time of a start.
  SwaggerModule.setup('api/docs', app, () => openApiOf(app), {
    jsonDocumentUrl: 'api/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Speedspace API',
  });
  const directory = consoleDirectory(settings.consoleDirectory);
  if (directory !== undefined) await serveConsole(app, directory);
  return app;
}

/** Refuses what is not HTTP, or has too large headers, before there is a request. */
function refuseUnreadable(error: ConnectionError, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? HEADERS_TOO_LARGE : 400;
  const problem = problemOf(
    new HttpProblem(status, 'request.malformed', 'The request cannot be read, or its address and headers are too long.'),
  );
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

async function protect(app: NestFastifyApplication, settings: ApiSettings): Promise<void> {
  const overTls = settings.publicUrl.startsWith('https:');
  await app.register(fastifyHelmet, {
    // Both make browsers use HTTPS only, which a deployment without TLS does not have.
    hsts: overTls,
    contentSecurityPolicy: {
      directives: {
        'upgrade-insecure-requests': overTls ? [] : null,
        // The console shows attachments (images, PDF) from memory. They have no script, and the policy holds for them too.
        'img-src': ["'self'", 'data:', 'blob:'],
        'frame-src': ["'self'", 'blob:'],
        'object-src': ['blob:'],
      },
    },
  });
  await app.register(fastifyCookie);
  app.getHttpAdapter().getInstance().decorate('limits', {
    signIn: settings.signInPerMinute,
    refresh: settings.refreshesPerMinute,
    submission: settings.submissionsPerMinute,
    bodyBytes: BODY_BYTES,
    uploadBytes: settings.uploadBytes,
  });
  await app.register(fastifyRateLimit, { global: false });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.decorate('submissionLimit', submissionLimit(fastify));
}

/** Forbids browsers and proxies to store answers, because answers contain tokens, personal data and amounts. A route may allow it. */
function forbidStorage(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (request.url.startsWith('/api/v1/') && !reply.hasHeader('cache-control')) void reply.header('Cache-Control', 'no-store');
    done(null, payload);
  });
}

/** Closes the connections that are still open at the end of the time that a stopping process waits. */
function closeLateConnections(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('preClose', (done) => {
    setTimeout(() => fastify.server.closeAllConnections(), SHUTDOWN_GRACE_MS).unref();
    done();
  });
}

/** Accepts the bytes of an upload with any content type. The module that stores them checks the content. */
function acceptUploads(app: NestFastifyApplication, settings: ApiSettings): void {
  app.useBodyParser('application/octet-stream', { bodyLimit: settings.uploadBytes });
}

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
/** For requests that are under way when the process is to stop; a connection on which nothing was asked would be waited for as long as for headers. */
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
    // Longer than a request line may be, so that the schema of a parameter refuses what is too long.
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
  // Made when somebody first reads it: it takes most of the time of a start.
  SwaggerModule.setup('api/docs', app, () => openApiOf(app), {
    jsonDocumentUrl: 'api/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Speedspace API',
  });
  const directory = consoleDirectory(settings.consoleDirectory);
  if (directory !== undefined) await serveConsole(app, directory);
  return app;
}

/** What is not HTTP, or has headers beyond all measure: refused before there is a request. */
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
    // Over plain HTTP both would lock a browser out of a deployment that has no TLS.
    hsts: overTls,
    contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': overTls ? [] : null, 'img-src': ["'self'", 'data:'] } },
  });
  await app.register(fastifyCookie);
  app.getHttpAdapter().getInstance().decorate('limits', {
    signIn: settings.signInPerMinute,
    submission: settings.submissionsPerMinute,
    bodyBytes: BODY_BYTES,
    uploadBytes: settings.uploadBytes,
  });
  await app.register(fastifyRateLimit, { global: false });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.decorate('submissionLimit', submissionLimit(fastify));
}

/** Forbids browsers and proxies to store answers, because they hold tokens, people and money. A route may allow it. */
function forbidStorage(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (request.url.startsWith('/api/v1/') && !reply.hasHeader('cache-control')) void reply.header('Cache-Control', 'no-store');
    done(null, payload);
  });
}

/** Cuts the connections that are still open after the grace of a process that stops. */
function closeLateConnections(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('preClose', (done) => {
    setTimeout(() => fastify.server.closeAllConnections(), SHUTDOWN_GRACE_MS).unref();
    done();
  });
}

/** Takes the bytes of an upload without trusting its type: the module that stores it checks the content. */
function acceptUploads(app: NestFastifyApplication, settings: ApiSettings): void {
  app.useBodyParser('application/octet-stream', { bodyLimit: settings.uploadBytes });
}

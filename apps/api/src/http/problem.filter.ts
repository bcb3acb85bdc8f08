import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '#kernel';
import { HttpProblem, problemOf } from './problem.ts';

const RETRY_SECONDS = 5;
const TOO_LARGE = 413;
const READING = new Set(['GET', 'HEAD']);

/** Methods that only read. Their outcome is never unknown, because they can be sent again. */
function ofReading(error: unknown): unknown {
  if (!(error instanceof DomainError) || error.kind !== 'unknown-outcome') return error;
  return new DomainError('database.unavailable', {
    detail: 'The database cannot be reached.',
    remedy: 'Try again in a moment.',
    kind: 'unavailable',
  });
}

/** Fastify reports that a body is too large, but not how large it may be. */
function withLimit(error: unknown, { headers, server }: FastifyRequest): unknown {
  if (!(error instanceof HttpException) || error instanceof HttpProblem || error.getStatus() !== TOO_LARGE) return error;
  const isUpload = headers['content-type']?.startsWith('application/octet-stream') === true;
  const bytes = isUpload ? server.limits.uploadBytes : server.limits.bodyBytes;
  return new HttpProblem(TOO_LARGE, 'request.too-large', `The body is larger than ${bytes} bytes, the most that is taken here.`, {
    remedy: isUpload ? 'Compress the file, or divide it.' : 'Send less at once.',
  });
}

/** Renders every error as a problem (RFC 9457). An error that is not the caller's fault is logged in full, and its details are not sent. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(READING.has(reply.request.method) ? ofReading(error) : withLimit(error, reply.request));
    if (problem.status >= 500) this.#logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    // The status of a stream that has begun cannot change, so its connection is closed.
    if (reply.raw.headersSent) {
      reply.raw.end();
      return;
    }
    if (problem.status === 401) void reply.header('WWW-Authenticate', 'Bearer realm="speedspace"');
    const retryAfter = error instanceof HttpProblem ? error.retryAfterSeconds : undefined;
    if (retryAfter !== undefined || problem.status === 503) void reply.header('Retry-After', retryAfter ?? RETRY_SECONDS);
    void reply.status(problem.status).header('Content-Type', 'application/problem+json').send(JSON.stringify(problem));
  }
}

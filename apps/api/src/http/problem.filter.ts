import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { problemOf } from './problem.ts';

const RETRY_SECONDS = 5;

/** Renders every error as a problem (RFC 9457). What is not the caller's fault is logged in full, and told to nobody. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = problemOf(error);
    if (problem.status >= 500) this.#logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    // A stream that has begun cannot be taken back; its end tells the client.
    if (reply.raw.headersSent) {
      reply.raw.end();
      return;
    }
    if (problem.status === 401) void reply.header('WWW-Authenticate', 'Bearer realm="speedspace"');
    if (problem.status === 503) void reply.header('Retry-After', RETRY_SECONDS);
    void reply.status(problem.status).header('Content-Type', 'application/problem+json').send(JSON.stringify(problem));
  }
}

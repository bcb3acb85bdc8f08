import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './problem.ts';

type Done = (error: Error | null, body?: unknown) => void;

/**
 * Reads JSON bodies, and refuses those that are not UTF-8. Node.js would put U+FFFD in the place of other bytes, and a job would run with
 * text that nobody wrote. The rest is Fastify's own parser, which refuses keys such as `__proto__`.
 */
export function acceptJson(app: NestFastifyApplication, bodyLimit: number): void {
  const parse = app.getHttpAdapter().getInstance().getDefaultJsonParser('error', 'error');
  const parser = (request: FastifyRequest, body: Buffer, done: Done): void => {
    const text = utf8(body);
    if (text instanceof Error) done(text);
    else void parse(request, text, done);
  };
  app.useBodyParser('application/json', { bodyLimit }, parser);
}

function utf8(body: Buffer): string | HttpProblem {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return new HttpProblem(400, 'request.encoding', 'The body is not UTF-8.', {
      remedy: 'Convert it, as with iconv -f GBK -t UTF-8, and send it again.',
    });
  }
}

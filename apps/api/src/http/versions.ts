import {
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  HttpStatus,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { HttpProblem } from './problem.ts';

function hasVersion(body: unknown): body is { version: number } {
  return typeof body === 'object' && body !== null && 'version' in body && Number.isInteger(body.version);
}

/** Sends the `version` of an answer as its `ETag` too. */
@Injectable()
export class VersionInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((body: unknown) => {
        if (hasVersion(body)) void reply.header('ETag', `"${body.version}"`);
        return body;
      }),
    );
  }
}

/** Describes the header that `@IfMatch()` reads. */
export const TakesIfMatch = (): MethodDecorator =>
  ApiHeader({ name: 'If-Match', required: true, description: 'ETag of what the change is based on', schema: { type: 'string' } });

/** The version that a change is based on; 428 without one. The module refuses an old one with kind `stale`, which becomes 412. */
export const IfMatch = createParamDecorator((_data: undefined, context: ExecutionContext): number => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(header ?? '')?.[1];
  if (version !== undefined) return Number(version);
  throw new HttpProblem(
    HttpStatus.PRECONDITION_REQUIRED,
    'request.if-match',
    'This change needs the header If-Match with the ETag of what it is based on.',
    {
      remedy: 'Read the object first and send back its ETag.',
    },
  );
});

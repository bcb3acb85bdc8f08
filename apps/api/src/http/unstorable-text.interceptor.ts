import { type CallHandler, type ExecutionContext, HttpStatus, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { faultyTexts, jsonPointer } from '#kernel';
import { HttpProblem, type Problem } from './problem.ts';

type Fault = NonNullable<Problem['errors']>[number];

/**
 * Refuses text that the database cannot store: a NUL or half of a surrogate pair in a body, an address or a query. It also refuses a body
 * that is nested too deeply. PostgreSQL would refuse both later, and the answer would be 500.
 */
@Injectable()
export class UnstorableTextInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { body, params, query } = context.switchToHttp().getRequest<FastifyRequest>();
    // The parsers of addresses return objects with other prototypes.
    const places = [{ ...(params as object) }, { ...(query as object) }];
    const errors: Fault[] = [
      ...faultyTexts(body).map(({ path, detail }) => ({ pointer: jsonPointer(path), message: detail })),
      ...places.flatMap((place) => faultyTexts(place).map(({ path, detail }) => ({ parameter: path.join('.'), message: detail }))),
    ];
    const [first] = errors;
    if (first === undefined) return next.handle();
    throw new HttpProblem(
      HttpStatus.UNPROCESSABLE_ENTITY,
      'request.text',
      `${first.pointer ?? first.parameter ?? ''} cannot be stored: ${first.message}`,
      {
        remedy: 'Leave the character out. Where a quoted text of YAML or JSON means the escape itself, write it with two backslashes.',
        errors,
      },
    );
  }
}

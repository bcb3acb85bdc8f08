import { type ArgumentMetadata, HttpStatus, Injectable, StandardSchemaValidationPipe } from '@nestjs/common';
import type { z } from 'zod';
import { HttpProblem, type Problem } from './problem.ts';

type Fault = NonNullable<Problem['errors']>[number];
type Issue = z.core.$ZodIssue;

function escaped(segment: PropertyKey): string {
  return String(segment).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** One fault for each unknown field, and one for each other issue. */
function faultsOf(issue: Issue, place: ArgumentMetadata): Fault[] {
  const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  const message = issue.code === 'unrecognized_keys' ? 'This field is not known here' : issue.message;
  return paths.map((path) => {
    if (place.type === 'body') return { pointer: path.map((segment) => `/${escaped(segment)}`).join(''), message };
    return { parameter: [place.data, ...path].filter((part) => part !== undefined).join('.'), message };
  });
}

/** Parses input with the schemas of `@Body({ schema })`, `@Query({ schema })` and `@Param('id', { schema })`. A refusal names each field. */
@Injectable()
export class InputPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: (issues) => new InputIssues(issues as readonly Issue[]) });
  }

  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    try {
      return await super.transform<T>(value, metadata);
    } catch (error) {
      if (!(error instanceof InputIssues)) throw error;
      const errors = error.issues.slice(0, 100).flatMap((issue) => faultsOf(issue, metadata));
      const count = errors.length === 1 ? 'One field is' : `${errors.length} fields are`;
      throw new HttpProblem(HttpStatus.UNPROCESSABLE_ENTITY, 'request.invalid', `${count} not as described.`, {
        remedy: 'See errors, and the description at /api/docs.',
        errors,
      });
    }
  }
}

class InputIssues extends Error {
  constructor(readonly issues: readonly Issue[]) {
    super('input does not fit its schema');
  }
}

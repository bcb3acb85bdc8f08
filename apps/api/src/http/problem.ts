import { HttpException, HttpStatus } from '@nestjs/common';
import { z } from 'zod';
import { asUnavailable } from '#database';
import { JobRefused } from '#jobs';
import { DomainError, type DomainErrorKind } from '#kernel';

/** An answer to a request that failed (RFC 9457). `code` is stable and documented; the texts are for people. */
export const problemSchema = z
  .object({
    type: z.string().describe('URN of the code'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe('Stable; what programs look at'),
    remedy: z.string().optional().describe('What to do about it'),
    errors: z
      .array(z.object({ pointer: z.string().optional(), parameter: z.string().optional(), message: z.string() }))
      .optional()
      .describe('Input at fault: a JSON pointer into the body, or a parameter'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

/** A refusal of the HTTP layer, with its own status and without a counterpart in the domain. */
export class HttpProblem extends HttpException {
  constructor(
    status: number,
    readonly code: string,
    readonly detail: string,
    readonly more: Pick<Problem, 'remedy' | 'errors'> = {},
    /** When it is worth asking again: the header `Retry-After` of the answer. */
    readonly retryAfterSeconds?: number,
  ) {
    super(detail, status);
  }
}

const STATUS_OF_KIND: Record<DomainErrorKind, HttpStatus> = {
  invalid: HttpStatus.UNPROCESSABLE_ENTITY,
  unauthenticated: HttpStatus.UNAUTHORIZED,
  forbidden: HttpStatus.FORBIDDEN,
  'not-found': HttpStatus.NOT_FOUND,
  conflict: HttpStatus.CONFLICT,
  stale: HttpStatus.PRECONDITION_FAILED,
  unavailable: HttpStatus.SERVICE_UNAVAILABLE,
  'too-many': HttpStatus.TOO_MANY_REQUESTS,
  // Not 503: clients repeat it by themselves, and a request without Idempotency-Key could have its effect twice.
  'unknown-outcome': HttpStatus.GATEWAY_TIMEOUT,
};

const TITLES: Partial<Record<number, string>> = {
  400: 'The request cannot be read',
  401: 'Sign-in is needed',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'In conflict with what is there',
  412: 'Changed meanwhile',
  413: 'Too large',
  415: 'This media type is not understood',
  422: 'The input is not valid',
  428: 'A precondition is needed',
  429: 'Too many requests',
  503: 'Unavailable for the moment',
  504: 'It is not known whether it was done',
};

/** Codes for refusals of Nest and Fastify, by status. */
const CODES: Partial<Record<number, string>> = {
  400: 'request.malformed',
  401: 'sign-in.required',
  403: 'access.refused',
  404: 'route.unknown',
  405: 'route.method',
  413: 'request.too-large',
  415: 'request.media-type',
  429: 'request.too-many',
};

function problem(status: number, code: string, detail: string, more: Pick<Problem, 'remedy' | 'errors'> = {}): Problem {
  return { type: `urn:speedspace:problem:${code}`, title: TITLES[status] ?? 'Failed', status, detail, code, ...more };
}

/** The faults of a job file, each with its remedy. */
function faultsIn(error: DomainError): NonNullable<Problem['errors']> {
  if (!(error instanceof JobRefused)) return [{ ...(error.field !== undefined && { pointer: error.field }), message: error.detail }];
  return error.faults.map(({ field, detail, remedy }) => ({ pointer: field, message: `${detail} ${remedy}` }));
}

function ofDomain(error: DomainError): Problem {
  return problem(STATUS_OF_KIND[error.kind], error.code, error.detail, {
    ...(error.remedy !== undefined && { remedy: error.remedy }),
    ...(error.field !== undefined && { errors: faultsIn(error) }),
  });
}

/** Errors of Fastify and Nest about the request have a status below 500. */
function refusalStatus(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return undefined;
  return error.statusCode < 500 ? error.statusCode : undefined;
}

/** The problem for the caller, with the texts of `error` if they are written for callers, otherwise with a general text. */
export function problemOf(error: unknown): Problem {
  if (error instanceof DomainError) return ofDomain(error);
  if (error instanceof HttpProblem) return problem(error.getStatus(), error.code, error.detail, error.more);
  const unavailable = asUnavailable(error);
  if (unavailable !== undefined) return ofDomain(unavailable);
  const status = refusalStatus(error);
  if (status !== undefined && error instanceof Error) {
    return problem(status, CODES[status] ?? `http.${status}`, error.message);
  }
  return problem(500, 'internal', 'Something went wrong on our side; it was recorded.', {
    remedy: 'Try again. If it continues, report the time to the operator.',
  });
}

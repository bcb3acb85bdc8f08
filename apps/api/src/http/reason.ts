import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '#kernel';

const HEADER = 'x-reason';
const LONGEST = 500;

/** The header of all routes that write: the reason for the audit trail. It is percent-encoded, because headers cannot contain Chinese. */
export const REASON_PARAMETER = {
  name: 'X-Reason',
  in: 'header',
  required: false,
  description: `The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to ${LONGEST} characters`,
  schema: { type: 'string' },
} as const;

/** The header of a route that may be read only with a reason. */
export const ReadsForAReason = (description: string): MethodDecorator =>
  ApiHeader({ name: REASON_PARAMETER.name, required: false, description, schema: { type: 'string' } });

/** @throws DomainError `request.reason` if it cannot be decoded or is too long */
export function reasonOf(request: Pick<FastifyRequest, 'headers'>): string | undefined {
  const given = request.headers[HEADER];
  if (typeof given !== 'string' || given === '') return undefined;
  const reason = decoded(given)?.trim();
  if (reason !== undefined && reason.length <= LONGEST && !reason.includes('\0')) return reason === '' ? undefined : reason;
  throw new DomainError('request.reason', {
    detail: `The header X-Reason is not percent-encoded UTF-8 of at most ${LONGEST} characters.`,
    remedy: 'Encode it as encodeURIComponent does, or leave it out.',
  });
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

import { canonicalJson } from '#kernel';
import type { IssuedSettlement } from './settlements.service.ts';
import type { IssuedStatement } from './statement-documents.service.ts';

/** A statement as programs read it: its document, and what is known of it. */
export function issuedStatement({ closedAt, digest, document, names, corrections, proof }: IssuedStatement) {
  return { ...issue(closedAt), digest, document, names, corrections: [...corrections], ...(proof !== undefined && { proof }) };
}

/** A settlement list as programs read it. */
export function issuedSettlement({ closedAt, digest, document, proof }: IssuedSettlement) {
  return { ...issue(closedAt), digest, document, ...(proof !== undefined && { proof }) };
}

function issue(closedAt: Date | undefined) {
  return closedAt === undefined ? { status: 'open' as const } : { status: 'closed' as const, closedAt: closedAt.toISOString() };
}

/** The canonical form (RFC 8785) of what programs read, as bytes. */
export function jsonFile(issued: object): Buffer {
  return Buffer.from(canonicalJson(issued));
}

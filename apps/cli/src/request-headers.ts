import { randomUUID } from 'node:crypto';

/** One key for all repetitions of a request: a lost answer does not make two of what it creates. */
export function idempotencyKey(): { readonly 'Idempotency-Key': string } {
  return { 'Idempotency-Key': randomUUID() };
}

/** Changes what was just read, and nothing newer: the API answers 412 when somebody was quicker. */
export function ifMatch({ version }: { readonly version: number }): { readonly 'If-Match': string } {
  return { 'If-Match': `"${version}"` };
}

/** Continues a stream after the last event that was received. */
export function cursor(lastId: string | undefined): { readonly 'Last-Event-ID'?: string } {
  return lastId === undefined ? {} : { 'Last-Event-ID': lastId };
}

/** Why, for the audit trail; percent-encoded, since a header carries no Chinese as it is. */
export function because(reason: string | undefined): { readonly 'X-Reason'?: string } {
  return reason === undefined ? {} : { 'X-Reason': encodeURIComponent(reason) };
}

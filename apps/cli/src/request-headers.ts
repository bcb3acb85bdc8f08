import { randomUUID } from 'node:crypto';

/** The same key for all repetitions of a request. If an answer is lost, the repetition creates nothing a second time. */
export function idempotencyKey(): { readonly 'Idempotency-Key': string } {
  return { 'Idempotency-Key': randomUUID() };
}

/** Changes only the version that was read. The API answers 412 if somebody changed the object since then. */
export function ifMatch({ version }: { readonly version: number }): { readonly 'If-Match': string } {
  return { 'If-Match': `"${version}"` };
}

/** Continues a stream after the last event that was received. */
export function cursor(lastId: string | undefined): { readonly 'Last-Event-ID'?: string } {
  return lastId === undefined ? {} : { 'Last-Event-ID': lastId };
}

/** The reason for the audit trail. It is percent-encoded, because a header cannot contain Chinese characters. */
export function because(reason: string | undefined): { readonly 'X-Reason'?: string } {
  return reason === undefined ? {} : { 'X-Reason': encodeURIComponent(reason) };
}

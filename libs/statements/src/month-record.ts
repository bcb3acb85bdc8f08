import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson, digestOf, type Month, signatureSchema, signDocument } from '#kernel';

/** What a signature is over says in this field what it is: a record of a month is not taken for a proof of a statement. */
export const MONTH_RECORD_FORMAT = 'speedspace.io/month-record/v1';
export const DOCUMENT_PROOF_FORMAT = 'speedspace.io/document-proof/v1';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'A month such as 2026-10');
const person = z.strictObject({ id: z.string(), name: z.string() });
const monthBefore = z.strictObject({ month, digest }).nullable();

/** What was closed with a month: the digest of each document, the record of the month before, and the head of the audit trail. */
export const monthRecordSchema = z.strictObject({
  format: z.literal(MONTH_RECORD_FORMAT),
  park: z.string(),
  month,
  closedAt: z.iso.datetime(),
  closedBy: person.describe('Who confirmed the closing; the controller where the park closes months automatically'),
  requestedBy: person.nullable().describe('Who requested it; null where the park closes months automatically'),
  previous: monthBefore.describe('The record of the month before; null where that month has none'),
  auditHead: z.strictObject({ seq: z.int().nonnegative(), hash: digest }).describe('The last link of the audit trail before the closing'),
  statements: z.array(z.strictObject({ tenantId: z.string(), digest })).describe('By company'),
  settlements: z.array(z.strictObject({ programmeId: z.string(), digest })).describe('Settlement lists, by programme'),
});
export type MonthRecord = z.infer<typeof monthRecordSchema>;

/** A record as it leaves the park: `month.json` in the ZIP of a month. */
export const signedMonthRecordSchema = z.strictObject({
  record: monthRecordSchema,
  digest: digest.describe('SHA-256 over `record` in canonical JSON'),
  signature: signatureSchema.optional().describe('Over `record`; absent where the park had no key'),
});
export type SignedMonthRecord = z.infer<typeof signedMonthRecordSchema>;

/** That one document was closed with a month, without the names of the others. */
export const documentProofSchema = z.strictObject({
  format: z.literal(DOCUMENT_PROOF_FORMAT),
  park: z.string(),
  month,
  closedAt: z.iso.datetime(),
  subject: z.string().describe('Id of the company of a statement, or of the programme of a settlement list'),
  digest: digest.describe('Of the document'),
  previous: monthBefore.describe('The document of the same subject of the month before; null where there is none'),
  monthRecord: digest.describe('Digest of the record of the month'),
  parts: z
    .record(z.string(), z.array(z.string().regex(/^[0-9a-f]{16}$/)))
    .describe(
      'By JSON pointer into the document: the first 64 bits of the SHA-256 of each item of a list, or of the value. They locate a change',
    ),
});
export type DocumentProof = z.infer<typeof documentProofSchema>;

export const signedProofSchema = z.strictObject({
  proof: documentProofSchema,
  digest: digest.describe('SHA-256 over `proof` in canonical JSON'),
  signature: signatureSchema.optional().describe('Over `proof`; absent where the park had no key'),
});
export type SignedProof = z.infer<typeof signedProofSchema>;

/** @param key of the park; absent: the record is not signed */
export function signedRecord(record: MonthRecord, key: KeyObject | undefined): SignedMonthRecord {
  return { record, digest: digestOf(record), ...(key !== undefined && { signature: signDocument(record, key) }) };
}

/** A document that is closed with a month. */
export interface ClosedDocument {
  readonly subject: string;
  /** Canonical JSON. */
  readonly document: string;
  /** SHA-256 of `document`. */
  readonly digest: string;
  /** See `partsOf`. */
  readonly parts: DocumentProof['parts'];
}

/** What is closed of a document: its canonical form, with the digests of the whole and of its parts. */
export function closedDocument(subject: string, document: object): ClosedDocument {
  return { subject, document: canonicalJson(document), digest: digestOf(document), parts: partsOf(document) };
}

/** Characters that one statement of SQL writes: few enough that a batch is small in memory, enough that round trips cost little. */
const MOST_CHARACTERS = 4_000_000;

/** The documents in their order, in batches of at most `most` characters; a document that has more is a batch of its own. */
export async function* documentBatches(
  documents: AsyncIterable<ClosedDocument> | Iterable<ClosedDocument>,
  most = MOST_CHARACTERS,
): AsyncGenerator<ClosedDocument[]> {
  let [batch, characters]: [ClosedDocument[], number] = [[], 0];
  for await (const document of documents) {
    if (batch.length > 0 && characters + document.document.length > most) {
      yield batch;
      [batch, characters] = [[], 0];
    }
    batch.push(document);
    characters += document.document.length;
  }
  if (batch.length > 0) yield batch;
}

/** What a document consists of, by JSON pointer: lists with their items, and all that is neither a list nor an object. */
export function itemsOf(document: object, pointer = ''): Map<string, readonly unknown[]> {
  const parts = Object.entries(document).flatMap(([key, value]: [string, unknown]): (readonly [string, readonly unknown[]])[] => {
    const own = `${pointer}/${key}`;
    if (Array.isArray(value)) return [[own, value]];
    return typeof value === 'object' && value !== null ? [...itemsOf(value, own)] : [[own, [value]]];
  });
  return new Map(parts);
}

/** Short digests of what a document consists of, by JSON pointer: they locate a change. */
export function partsOf(document: object): Record<string, string[]> {
  const short = (part: unknown): string => digestOf({ part }).slice(0, 16);
  return Object.fromEntries([...itemsOf(document)].map(([pointer, items]) => [pointer, items.map(short)]));
}

/** Proofs of the documents of `record`, in canonical JSON, by subject. @param before digests of the month before, by subject */
export function proofsOf(
  { record, digest: monthRecord }: SignedMonthRecord,
  documents: readonly Omit<ClosedDocument, 'document'>[],
  before: { readonly month: Month; readonly digests: ReadonlyMap<string, string> },
  key: KeyObject | undefined,
): Map<string, string> {
  const { park, closedAt } = record;
  const proofs = documents.map(({ subject, digest: own, parts }): [string, string] => {
    const known = before.digests.get(subject);
    const previous = known === undefined ? null : { month: before.month, digest: known };
    const about = { park, month: record.month, closedAt, subject, digest: own, previous, monthRecord };
    const proof: DocumentProof = { format: DOCUMENT_PROOF_FORMAT, ...about, parts };
    const signed: SignedProof = { proof, digest: digestOf(proof), ...(key !== undefined && { signature: signDocument(proof, key) }) };
    return [subject, canonicalJson(signed)];
  });
  return new Map(proofs);
}

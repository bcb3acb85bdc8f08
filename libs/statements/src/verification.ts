import { z } from 'zod';
import { canonicalJson, digestOf, faultyTexts, keyIdOf, type Signature, signatureFault } from '#kernel';
import { type ArithmeticFault, chainFaults, settledFaults, settlementFaults, statementFaults } from './domain/document-arithmetic.ts';
import type { SettlementDocument } from './domain/settlement.ts';
import type { StatementDocument } from './domain/statement-document.ts';
import { itemsOf, partsOf, type SignedMonthRecord, signedMonthRecordSchema, type SignedProof, signedProofSchema } from './month-record.ts';

/** Something in a file that is not as it was issued. */
export interface VerificationFault {
  readonly file: string;
  /** JSON pointer, or which bytes. */
  readonly where: string;
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

/** Public keys that the reader trusts, by key id. */
export type TrustedKeys = ReadonlySet<string>;

/** What was found about a file, or about all files of a month. */
export interface Verdict {
  readonly faults: readonly VerificationFault[];
  /** Key ids of the signatures that are good. */
  readonly signedBy: readonly string[];
  /** Documents, or the record, without a signature. */
  readonly unsigned: readonly string[];
  readonly documents: number;
  readonly month?: string;
  readonly status?: string;
  /** Digest of the document, where there is one only. */
  readonly digest?: string;
}

const wellFormed = z.record(z.string(), z.json()).refine((document) => faultyTexts(document).length === 0, 'has malformed texts');
const issuedSchema = z.strictObject({
  status: z.enum(['open', 'closed']),
  closedAt: z.string().optional(),
  digest: z.string(),
  document: wellFormed,
  names: z.json().optional(),
  corrections: z.json().optional(),
  proof: signedProofSchema.optional(),
});
type IssuedFile = z.infer<typeof issuedSchema>;

/** A file that was read: a document with its proof, or the record of a month. */
type ReadFile =
  | { readonly kind: 'document'; readonly file: string; readonly issued: IssuedFile }
  | { readonly kind: 'record'; readonly file: string; readonly signed: SignedMonthRecord };

/** The most characters of a changed value that a fault shows. */
const MOST_SHOWN = 200;

/** What `pointer` leads to. */
function at(document: object, pointer: string): unknown {
  const value = document as Record<string, unknown>;
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], value);
}

const isStatement = (document: object): boolean => 'accounts' in document && 'jobs' in document;
const isSettlement = (document: object): boolean => 'lines' in document && 'programmeId' in document;

/** Verifies documents and records offline (rules T2–T5). It asks nobody: what it needs is in the files, and in the keys. */
export class Verifier {
  readonly #faults: VerificationFault[] = [];
  readonly #signedBy = new Set<string>();
  readonly #unsigned: string[] = [];
  readonly #read: ReadFile[] = [];

  /** @param trusted key ids that signatures must be by; absent: any key, and the caller tells by which */
  constructor(private readonly trusted?: TrustedKeys) {}

  /** @returns whether `text` is a file of ours; where not, a fault says why */
  add(file: string, text: string): boolean {
    const value = this.#parsed(file, text);
    if (value === undefined) return false;
    const record = signedMonthRecordSchema.safeParse(value);
    if (record.success) {
      this.#checkRecord(file, record.data);
      this.#read.push({ kind: 'record', file, signed: record.data });
      return true;
    }
    const isRecord = typeof value === 'object' && value !== null && 'record' in value;
    const issued = issuedSchema.safeParse(value);
    if (isRecord || !issued.success) {
      const issue = (isRecord ? record.error : issued.error)?.issues[0];
      this.#fault(
        file,
        `/${(issue?.path ?? []).join('/')}`,
        'is no field of a file of ours',
        'a statement, a settlement list or a record',
        issue?.message ?? '',
      );
      return false;
    }
    this.#checkDocument(file, issued.data);
    this.#read.push({ kind: 'document', file, issued: issued.data });
    return true;
  }

  /** Notes a fault that somebody else found, such as a damaged archive. */
  note(fault: VerificationFault): void {
    this.#faults.push(fault);
  }

  /** Compares the documents with the record of their month and with the documents of the month before, and says what was found. */
  verdict(previous?: Verifier): Verdict {
    const documents = this.#read.filter((one) => one.kind === 'document');
    const record = this.#read.find((one) => one.kind === 'record');
    if (record !== undefined) this.#checkAgainstRecord(record.file, record.signed, documents);
    this.#checkSettlements(documents);
    if (previous !== undefined) this.#checkChain(previous);
    const [only] = documents;
    return {
      ...{ faults: this.#faults, signedBy: [...this.#signedBy], unsigned: this.#unsigned, documents: documents.length },
      ...(only !== undefined && documents.length === 1 && { digest: digestOf(only.issued.document), status: only.issued.status }),
      ...monthOf(record?.signed, only?.issued),
    };
  }

  #parsed(file: string, text: string): unknown {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      this.#fault(file, `byte ${byteOf(text, error)}`, 'is no JSON', 'JSON', error instanceof Error ? error.message : String(error));
      return undefined;
    }
    if (typeof value !== 'object' || value === null || faultyTexts(value).length > 0) {
      this.#fault(file, '/', 'has texts that are no Unicode', 'Unicode', 'a half of a pair');
      return undefined;
    }
    const forms = [canonicalJson(value), `${JSON.stringify(value, null, 2)}\n`];
    if (!forms.some((form) => form === text || `${form}\n` === text)) {
      const form = text.startsWith('{\n') ? (forms[1] ?? '') : (forms[0] ?? '');
      const [own, issued] = [Buffer.from(text), Buffer.from(form)];
      const differing = own.findIndex((byte, index) => byte !== issued[index]);
      const place = differing < 0 ? own.length : differing;
      const around = (bytes: Buffer): string => bytes.subarray(place, place + 20).toString();
      this.#fault(file, `byte ${place + 1}`, 'is not written as the file was issued', around(issued), around(own));
    }
    return value;
  }

  #checkRecord(file: string, { record, digest, signature }: SignedMonthRecord): void {
    this.#compare(file, '/digest', 'SHA-256 of the record', digestOf(record), digest);
    this.#checkSignature(file, record, signature);
  }

  #checkDocument(file: string, { status, closedAt, digest, document, names, corrections, proof }: IssuedFile): void {
    const computed = digestOf(document);
    const isIntact = computed === digest && (proof === undefined || proof.proof.digest === digest);
    this.#compare(file, '/digest', 'SHA-256 of the document', computed, digest);
    for (const [field, beside] of [
      ['names', names],
      ['corrections', corrections],
    ] as const) {
      if (document['format'] === undefined || beside === undefined) continue;
      this.#compare(
        file,
        `/${field}`,
        `the ${field} of the document`,
        canonicalJson({ is: document[field] ?? null }),
        canonicalJson({ is: beside }),
      );
    }
    this.#compare(file, '/status', 'closed with a date, or open without one', closedAt === undefined ? 'open' : 'closed', status);
    if (proof !== undefined) this.#checkProof(file, { closedAt, document, proof, isIntact });
    else if (status === 'closed') this.#unsigned.push(file);
    for (const fault of arithmeticOf(document)) this.#arithmetic(file, fault);
  }

  #checkProof(
    file: string,
    {
      closedAt,
      document,
      proof: { proof, digest, signature },
      isIntact,
    }: Pick<IssuedFile, 'closedAt' | 'document'> & { proof: SignedProof; isIntact: boolean },
  ): void {
    this.#compare(file, '/proof/digest', 'SHA-256 of the proof', digestOf(proof), digest);
    this.#compare(file, '/proof/proof/digest', 'SHA-256 of the document', digestOf(document), proof.digest);
    this.#compare(file, '/closedAt', 'when the proof says that the month was closed', proof.closedAt, closedAt ?? 'never');
    this.#compare(file, '/document/month', 'the month of the proof', proof.month, textOf(document['month']));
    this.#compare(
      file,
      '/proof/proof/subject',
      'the company or programme of the document',
      textOf(document['tenantId'] ?? document['programmeId']),
      proof.subject,
    );
    const [found, items] = [partsOf(document), itemsOf(document)];
    for (const pointer of new Set([...Object.keys(proof.parts), ...Object.keys(found)])) {
      const [expected, own, values] = [proof.parts[pointer] ?? [], found[pointer] ?? [], items.get(pointer) ?? []];
      for (let index = 0; index < Math.max(expected.length, own.length); index += 1) {
        if (expected[index] === own[index]) continue;
        const where = `/document${pointer}${Array.isArray(at(document, pointer)) ? `/${index}` : ''}`;
        const shown = index < values.length ? canonicalJson({ is: values[index] }).slice(6, -1).slice(0, MOST_SHOWN) : 'nothing';
        const what = isIntact ? 'does not fit its digest in the proof' : 'was changed';
        this.#fault(file, where, what, expected[index] ?? 'nothing', `${own[index] ?? 'nothing'}, of ${shown}`);
      }
    }
    this.#checkSignature(file, proof, signature);
  }

  #checkSignature(file: string, document: object, signature: Signature | undefined): void {
    if (signature === undefined) {
      this.#unsigned.push(file);
      return;
    }
    const fault = signatureFault(document, signature);
    if (fault !== undefined) this.#fault(file, '/signature', 'is not good', `a signature by ${signature.keyId}`, fault);
    else if (this.trusted !== undefined && !this.trusted.has(signature.keyId)) {
      this.#fault(file, '/signature/keyId', 'is no key that you trust', [...this.trusted].join(' or '), signature.keyId);
    } else this.#signedBy.add(signature.keyId);
  }

  #checkAgainstRecord(
    file: string,
    { record, digest }: SignedMonthRecord,
    documents: readonly Extract<ReadFile, { kind: 'document' }>[],
  ): void {
    const listed = new Map([
      ...record.statements.map((one): [string, string] => [one.tenantId, one.digest]),
      ...record.settlements.map((one): [string, string] => [one.programmeId, one.digest]),
    ]);
    for (const { file: own, issued } of documents) {
      const subject = subjectOf(issued);
      this.#compare(own, '/document', `the digest in ${file}`, listed.get(subject) ?? 'none', digestOf(issued.document));
      if (issued.proof !== undefined)
        this.#compare(own, '/proof/proof/monthRecord', `the digest of ${file}`, digest, issued.proof.proof.monthRecord);
      listed.delete(subject);
    }
    // The record of a month may be verified alone.
    if (documents.length === 0) return;
    for (const [subject, missing] of listed)
      this.#fault(file, '/record', `names the document of ${subject}, which is missing`, missing, 'nothing');
  }

  #checkSettlements(documents: readonly Extract<ReadFile, { kind: 'document' }>[]): void {
    const statements = new Map(
      documents
        .filter(({ issued }) => isStatement(issued.document))
        .map(({ issued }) => [subjectOf(issued), issued.document as unknown as StatementDocument]),
    );
    for (const { file, issued } of documents.filter((one) => isSettlement(one.issued.document))) {
      for (const fault of settledFaults(issued.document as unknown as SettlementDocument, statements)) this.#arithmetic(file, fault);
    }
  }

  #checkChain(previous: Verifier): void {
    const before = new Map(
      previous.#read.flatMap((one) => (one.kind === 'document' ? [[subjectOf(one.issued), one.issued] as const] : [])),
    );
    const recordBefore = previous.#read.find((one) => one.kind === 'record');
    for (const one of this.#read) {
      if (one.kind === 'record') {
        if (recordBefore === undefined) continue;
        const { digest } = recordBefore.signed;
        this.#compare(
          one.file,
          '/record/previous/digest',
          `the digest of ${recordBefore.file}`,
          digest,
          one.signed.record.previous?.digest ?? 'none',
        );
        continue;
      }
      const earlier = before.get(subjectOf(one.issued));
      if (earlier === undefined) continue;
      if (one.issued.proof !== undefined) {
        const found = one.issued.proof.proof.previous?.digest ?? 'none';
        this.#compare(one.file, '/proof/proof/previous/digest', 'the digest of the document before', digestOf(earlier.document), found);
      }
      if (!isStatement(one.issued.document) || !isStatement(earlier.document)) continue;
      const faults = chainFaults(earlier.document as unknown as StatementDocument, one.issued.document as unknown as StatementDocument);
      for (const fault of faults) this.#arithmetic(one.file, fault);
    }
  }

  #compare(file: string, where: string, what: string, expected: string, found: string): void {
    if (expected !== found) this.#fault(file, where, `is not ${what}`, expected, found);
  }

  #arithmetic(file: string, { field, expected, found, rule }: ArithmeticFault): void {
    this.#fault(file, `/document${field}`, `does not add up: ${rule}`, String(expected), String(found));
  }

  #fault(file: string, where: string, what: string, expected: string, found: string): void {
    this.#faults.push({ file, where, what, expected, found });
  }
}

function arithmeticOf(document: object): ArithmeticFault[] {
  try {
    if (isStatement(document)) return statementFaults(document as StatementDocument);
    if (isSettlement(document)) return settlementFaults(document as SettlementDocument);
  } catch {
    // A field of another shape: the digest of the document says so.
  }
  return [];
}

function subjectOf({ document }: IssuedFile): string {
  return textOf(document['tenantId'] ?? document['programmeId']);
}

/** A text of a document; empty where it has another shape, which its digest tells. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function monthOf(signed: SignedMonthRecord | undefined, issued: IssuedFile | undefined): { month?: string } {
  const month = signed?.record.month ?? issued?.document['month'];
  return typeof month === 'string' ? { month } : {};
}

/** Which byte of `text` the parser of JSON stopped at, as its message says. */
function byteOf(text: string, error: unknown): number {
  const position = Number(/position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1] ?? text.length);
  return Buffer.byteLength(text.slice(0, position)) + 1;
}

/** Key ids from what `GET /keys` answers with, or from a public key in PEM. @throws Error when `text` is neither */
export function trustedKeys(text: string): Set<string> {
  const pem = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/.exec(text)?.[1];
  if (pem !== undefined) return new Set([keyIdOf(Buffer.from(pem, 'base64'))]);
  const { keys } = z.object({ keys: z.array(z.object({ publicKey: z.base64() })).min(1) }).parse(JSON.parse(text));
  return new Set(keys.map(({ publicKey }) => keyIdOf(Buffer.from(publicKey, 'base64'))));
}

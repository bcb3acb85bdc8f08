import { DomainError, formatAmount, type Unit } from '#kernel';
import { entryNumber } from './domain/entry-id.ts';
import type { JournalEntry, Posting } from './domain/journal-entry.ts';

const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

function outOfRange(unit: Unit, amount: bigint, field: string): DomainError {
  return new DomainError('ledger.amount-out-of-range', {
    field,
    detail: `${formatAmount(unit, amount)} is beyond ±${formatAmount(unit, LARGEST)}, the largest amount the ledger keeps.`,
  });
}

const TO_BE_ESCAPED = /["\\]/g;
const COMMA = 0x2c;
const QUOTE = 0x22;
const BYTES_PER_CHARACTER = 3;

/**
 * A column of values as a PostgreSQL array literal, which the server parses several times faster than JSON. A tick brings millions
 * of values, so they are written into one growing buffer: as strings of their own they would keep the garbage collector busy for
 * longer than all the rest takes.
 */
class Column {
  #bytes = Buffer.allocUnsafe(64);
  #length = 0;
  #rows = 0;
  #values = 0;

  addText(value: string | undefined): void {
    if (value === undefined) {
      this.#addNull();
      return;
    }
    const text = value.includes('"') || value.includes('\\') ? value.replaceAll(TO_BE_ESCAPED, '\\$&') : value;
    this.#begin(text.length * BYTES_PER_CHARACTER + 2);
    this.#bytes[this.#length++] = QUOTE;
    this.#length += this.#bytes.write(text, this.#length);
    this.#bytes[this.#length++] = QUOTE;
    this.#values += 1;
  }

  addNumber(value: number | bigint | undefined): void {
    if (value === undefined) {
      this.#addNull();
      return;
    }
    const digits = value.toString();
    this.#begin(digits.length);
    for (let index = 0; index < digits.length; index += 1) this.#bytes[this.#length++] = digits.charCodeAt(index);
    this.#values += 1;
  }

  /** Null where no row has a value: `unnest` fills it up. */
  get literal(): string | null {
    return this.#values === 0 && this.#rows > 0 ? null : `{${this.#bytes.toString('utf8', 0, this.#length)}}`;
  }

  #addNull(): void {
    this.#begin(4);
    this.#length += this.#bytes.write('NULL', this.#length);
  }

  #begin(bytes: number): void {
    if (this.#length + bytes + 1 > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(2 * (this.#length + bytes + 1));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    if (this.#rows > 0) this.#bytes[this.#length++] = COMMA;
    this.#rows += 1;
  }
}

/** Entries as the columns that `ledger_post` takes: each account is named once, postings refer to it by its position. */
export class EntryBatch {
  readonly #accounts = { CNY: new Map<string, number>(), GPU_SECONDS: new Map<string, number>() };
  #accountCount = 0;
  readonly #accountCodes = new Column();
  readonly #accountUnits = new Column();
  readonly #keys = new Column();
  readonly #kinds = new Column();
  readonly #seconds = new Column();
  readonly #tenants = new Column();
  readonly #jobs = new Column();
  readonly #corrections = new Column();
  readonly #months = new Column();
  readonly #reasons = new Column();
  readonly #postingEntries = new Column();
  readonly #ordinals = new Column();
  readonly #postingAccounts = new Column();
  readonly #amounts = new Column();
  readonly #gpuSeconds = new Column();
  readonly #listFen = new Column();

  /** @throws DomainError `ledger.amount-out-of-range`, `ledger.unknown-entry` */
  constructor(entries: readonly JournalEntry[]) {
    entries.forEach((entry, index) => {
      this.#add(entry, index);
    });
  }

  /** In the order of the parameters of `ledger_post`. */
  get parameters(): (string | null)[] {
    return [
      this.#accountCodes,
      this.#accountUnits,
      this.#keys,
      this.#kinds,
      this.#seconds,
      this.#tenants,
      this.#jobs,
      this.#corrections,
      this.#months,
      this.#reasons,
      this.#postingEntries,
      this.#ordinals,
      this.#postingAccounts,
      this.#amounts,
      this.#gpuSeconds,
      this.#listFen,
    ].map((column) => column.literal);
  }

  #add(entry: JournalEntry, index: number): void {
    this.#keys.addText(entry.key);
    this.#kinds.addText(entry.kind);
    this.#seconds.addNumber(entry.effectiveAt);
    this.#tenants.addText(entry.tenantId);
    this.#jobs.addText(entry.jobId);
    this.#corrections.addNumber(entry.corrects === undefined ? undefined : entryNumber(entry.corrects));
    this.#months.addText(entry.belongsTo);
    this.#reasons.addText(entry.reason);
    entry.postings.forEach((posting, ordinal) => {
      this.#postingEntries.addNumber(index + 1);
      this.#ordinals.addNumber(ordinal);
      this.#postingAccounts.addNumber(this.#position(posting));
      this.#amounts.addNumber(this.#exact(posting.unit, posting.amount, index, ordinal, 'amount'));
      this.#gpuSeconds.addNumber(
        posting.gpuSeconds === undefined ? 0 : this.#exact('GPU_SECONDS', posting.gpuSeconds, index, ordinal, 'gpuSeconds'),
      );
      this.#listFen.addNumber(posting.listFen === undefined ? 0 : this.#exact('CNY', posting.listFen, index, ordinal, 'listFen'));
    });
  }

  /** Amounts stay below 2^53, so that they are exact as JSON numbers (interfaces.md) and as this number here. */
  #exact(unit: Unit, amount: bigint, entry: number, posting: number, field: string): number {
    const exact = Number(amount);
    if (!Number.isSafeInteger(exact)) throw outOfRange(unit, amount, `/entries/${entry}/postings/${posting}/${field}`);
    return exact;
  }

  #position({ account, unit }: Posting): number {
    const known = this.#accounts[unit].get(account);
    if (known !== undefined) return known;
    this.#accountCount += 1;
    this.#accounts[unit].set(account, this.#accountCount);
    this.#accountCodes.addText(account);
    this.#accountUnits.addText(unit);
    return this.#accountCount;
  }
}

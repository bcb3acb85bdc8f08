import { DomainError } from '#kernel';
import { entryNumber } from './domain/entry-id.ts';
import type { JournalEntry, Posting } from './domain/journal-entry.ts';

/** Amounts stay below 2^53 so that they are exact as JSON numbers (interfaces.md). */
const LARGEST_AMOUNT = BigInt(Number.MAX_SAFE_INTEGER);

function outOfRange(amount: bigint, field: string): DomainError {
  return new DomainError('ledger.amount-out-of-range', {
    field,
    detail: `${amount} is beyond ±${LARGEST_AMOUNT}, the largest amount the ledger keeps.`,
  });
}

function quoted(text: string): string {
  return `"${/["\\]/.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text}"`;
}

/**
 * A column of values as a PostgreSQL array literal, which the server parses several times faster than JSON; null where no row
 * has a value, which `unnest` fills up.
 */
class Column {
  readonly #values: string[] = [];
  #empty = true;

  add(value: string | bigint | number | undefined): void {
    if (value === undefined) {
      this.#values.push('NULL');
    } else {
      this.#empty = false;
      this.#values.push(typeof value === 'string' ? quoted(value) : value.toString());
    }
  }

  get literal(): string | null {
    return this.#empty && this.#values.length > 0 ? null : `{${this.#values.join(',')}}`;
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
    this.#keys.add(entry.key);
    this.#kinds.add(entry.kind);
    this.#seconds.add(entry.effectiveAt);
    this.#tenants.add(entry.tenantId);
    this.#jobs.add(entry.jobId);
    this.#corrections.add(entry.corrects === undefined ? undefined : entryNumber(entry.corrects));
    this.#months.add(entry.belongsTo);
    this.#reasons.add(entry.reason);
    entry.postings.forEach((posting, ordinal) => {
      this.#postingEntries.add(index + 1);
      this.#ordinals.add(ordinal);
      this.#postingAccounts.add(this.#position(posting));
      this.#amounts.add(this.#inRange(posting.amount, index, ordinal, 'amount'));
      this.#gpuSeconds.add(this.#inRange(posting.gpuSeconds ?? 0n, index, ordinal, 'gpuSeconds'));
      this.#listFen.add(this.#inRange(posting.listFen ?? 0n, index, ordinal, 'listFen'));
    });
  }

  #inRange(amount: bigint, entry: number, posting: number, field: string): bigint {
    if (amount > LARGEST_AMOUNT || amount < -LARGEST_AMOUNT) throw outOfRange(amount, `/entries/${entry}/postings/${posting}/${field}`);
    return amount;
  }

  #position({ account, unit }: Posting): number {
    const known = this.#accounts[unit].get(account);
    if (known !== undefined) return known;
    this.#accountCount += 1;
    this.#accounts[unit].set(account, this.#accountCount);
    this.#accountCodes.add(account);
    this.#accountUnits.add(unit);
    return this.#accountCount;
  }
}

import { Injectable } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { type AccountCode, type BusinessCalendar, DomainError, type Instant, type Unit, formatInstant, invariant } from '#kernel';
import type { Tx } from '#database';
import type { AccountOpening } from './domain/account.ts';
import { entryId } from './domain/entry-id.ts';
import type { JournalEntry } from './domain/journal-entry.ts';
import type { Period } from './domain/journal-page.ts';
import { intoOpenMonths } from './domain/late-entries.ts';
import { EntryBatch } from './entry-batch.ts';
import { insertAccounts, insertClosedPeriod, insertEntries, selectBalances, selectClosedPeriods } from './ledger.queries.ts';
import { refusal } from './ledger.refusals.ts';

/** What became of a posted entry. */
export interface PostedEntry {
  readonly id: string;
  readonly key: string;
  /** It was there before: nothing was written, `id` is the first entry's (rule L3). */
  readonly repeated: boolean;
}

const EXCLUSION_VIOLATION = '23P01';
const PERIOD_BEFORE_OPEN = 'SL010';

/** Writes the ledger, and knows its balances. Everything is written by database functions; the application may not touch the tables. */
@Injectable()
export class LedgerService {
  /** Opens the accounts that are not open yet. */
  async openAccounts(tx: Tx, openings: readonly AccountOpening[]): Promise<void> {
    if (openings.length === 0) return;
    await insertAccounts(tx, openings);
  }

  /**
   * Posts all `entries` or, where one of them is refused, none. One statement, whatever their number: outside a transaction
   * (`transactions.reader`) one round trip. Locks the accounts in the order of their ids until the transaction ends.
   *
   * An entry whose key is known is not written again; it must be the same to the last posting.
   * @throws DomainError `ledger.unbalanced`, `ledger.too-few-postings`, `ledger.unknown-account`, `ledger.overdraft`, `ledger.key-reused`,
   * `ledger.period-closed`, `ledger.amount-out-of-range`, `ledger.unknown-entry`
   */
  async post(tx: Tx, entries: readonly JournalEntry[]): Promise<PostedEntry[]> {
    if (entries.length === 0) return [];
    const { parameters } = new EntryBatch(entries);
    try {
      const { ids, repeated } = await insertEntries(tx, parameters);
      return entries.map(({ key }, index) => ({ id: entryId(ids[index] ?? ''), key, repeated: repeated.has(index) }));
    } catch (error) {
      throw refusal(error, entries);
    }
  }

  /** Posts entries as `post` does, but those of closed months into the open one: they name the month they belong to (rule T3). */
  async postIntoOpenMonths(tx: Tx, entries: readonly JournalEntry[], calendar: BusinessCalendar, now: Instant): Promise<PostedEntry[]> {
    if (entries.length === 0) return [];
    return await this.post(tx, intoOpenMonths(entries, await this.closedPeriods(tx), calendar, now));
  }

  /** Balances of the accounts with these codes; an account that is not open is left out. Name the `unit` of accounts that exist in both. */
  async balances(tx: Tx, codes: readonly AccountCode[], unit?: Unit): Promise<Map<AccountCode, bigint>> {
    const rows = await selectBalances(tx, codes, unit);
    const balances = new Map(rows.map(({ code, balance }) => [code, balance]));
    invariant(balances.size === rows.length, `balances in which unit? One of ${codes.join(', ')} is kept in both`);
    return balances;
  }

  /** The periods that are closed, latest first. All before the first one is closed with it, so that one begins with 1970. */
  async closedPeriods(tx: Tx): Promise<Period[]> {
    return await selectClosedPeriods(tx);
  }

  /**
   * Closes [from, until): from this transaction's commit on, the database refuses entries that take effect in it (rule T3). Waits for
   * the postings in flight, and holds up new ones until the transaction ends; what is read afterwards in it is final. Periods close in
   * order: the one before must be closed, unless no entry takes effect before `from`.
   * @throws DomainError `ledger.period-overlaps`, `ledger.period-before-open`
   */
  async closePeriod(tx: Tx, from: Instant, until: Instant): Promise<void> {
    try {
      await insertClosedPeriod(tx, from, until);
    } catch (error) {
      const code = error instanceof QueryFailedError ? (error.driverError as { code?: string }).code : undefined;
      if (code === PERIOD_BEFORE_OPEN) {
        throw new DomainError('ledger.period-before-open', {
          detail: `Entries take effect before ${formatInstant(from)} in a period that is still open.`,
          remedy: 'Close the period before it first.',
          kind: 'conflict',
        });
      }
      if (code !== EXCLUSION_VIOLATION) throw error;
      throw new DomainError('ledger.period-overlaps', {
        detail: `A part of the time from ${formatInstant(from)} to ${formatInstant(until)} is closed already, as another period.`,
        kind: 'conflict',
      });
    }
  }
}

import { Injectable } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { type AccountCode, DomainError, type Instant, type Unit, formatInstant, invariant } from '#kernel';
import { runPrepared, type Tx } from '#database';
import type { AccountOpening } from './domain/account.ts';
import { entryId } from './domain/entry-id.ts';
import type { JournalEntry } from './domain/journal-entry.ts';
import type { Period } from './domain/journal-page.ts';
import { EntryBatch } from './entry-batch.ts';
import { refusal } from './ledger.refusals.ts';

/** What became of a posted entry. */
export interface PostedEntry {
  readonly id: string;
  readonly key: string;
  /** It was there before: nothing was written, `id` is the first entry's (rule L3). */
  readonly repeated: boolean;
}

const POST = {
  name: 'ledger_post',
  text: `
    SELECT ids::text, repeated::text
    FROM ledger_post($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
};

const BALANCES = {
  name: 'ledger_balances',
  text: `SELECT code, balance FROM ledger_account WHERE code = ANY ($1) AND ($2::ledger_unit IS NULL OR unit = $2)`,
};

const EXCLUSION_VIOLATION = '23P01';
const PERIOD_BEFORE_OPEN = 'SL010';

/** The elements of an array of numbers in PostgreSQL's text form, `{1,2,3}`. */
function elements(array: string): string[] {
  return array.length > 2 ? array.slice(1, -1).split(',') : [];
}

/** Writes the ledger, and knows its balances. Everything is written by database functions; the application may not touch the tables. */
@Injectable()
export class LedgerService {
  /** Opens the accounts that are not open yet. */
  async openAccounts(tx: Tx, openings: readonly AccountOpening[]): Promise<void> {
    if (openings.length === 0) return;
    await tx.query('SELECT ledger_open_accounts($1, $2, $3)', [
      openings.map(({ code }) => code),
      openings.map(({ unit }) => unit),
      openings.map(({ tenantId }) => tenantId ?? null),
    ]);
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
      const [row] = await runPrepared<{ ids: string; repeated: string }>(tx, POST, parameters);
      const ids = elements(row?.ids ?? '');
      const repeated = new Set(elements(row?.repeated ?? '').map((position) => Number(position) - 1));
      return entries.map(({ key }, index) => ({ id: entryId(ids[index] ?? ''), key, repeated: repeated.has(index) }));
    } catch (error) {
      throw refusal(error, entries);
    }
  }

  /** Balances of the accounts with these codes; an account that is not open is left out. Name the `unit` of accounts that exist in both. */
  async balances(tx: Tx, codes: readonly AccountCode[], unit?: Unit): Promise<Map<AccountCode, bigint>> {
    const rows = await runPrepared<{ code: AccountCode; balance: bigint }>(tx, BALANCES, [codes, unit ?? null]);
    const balances = new Map(rows.map(({ code, balance }) => [code, balance]));
    invariant(balances.size === rows.length, `balances in which unit? One of ${codes.join(', ')} is kept in both`);
    return balances;
  }

  /** The periods that are closed, latest first. All before the first one is closed with it, so that one begins with 1970. */
  async closedPeriods(tx: Tx): Promise<Period[]> {
    return await tx.query<Period[]>(
      `SELECT CASE WHEN starts_at = min(starts_at) OVER () THEN 0 ELSE extract(epoch FROM starts_at) END::int8 AS "from",
              extract(epoch FROM ends_at)::int8 AS until
         FROM ledger_closed_period ORDER BY starts_at DESC`,
    );
  }

  /**
   * Closes [from, until): from this transaction's commit on, the database refuses entries that take effect in it (rule T3). Waits for
   * the postings in flight, and holds up new ones until the transaction ends; what is read afterwards in it is final. Periods close in
   * order: the one before must be closed, unless no entry takes effect before `from`.
   * @throws DomainError `ledger.period-overlaps`, `ledger.period-before-open`
   */
  async closePeriod(tx: Tx, from: Instant, until: Instant): Promise<void> {
    try {
      await tx.query('SELECT ledger_close_period($1, $2)', [from, until]);
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

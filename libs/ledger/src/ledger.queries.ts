import { column, queryRows, rowType, runPrepared, type Tx } from '#database';
import type { AccountCode, Instant, Unit } from '#kernel';
import type { AccountOpening } from './domain/account.ts';
import type { Period } from './domain/journal-page.ts';

const POST = {
  name: 'ledger_post',
  text: `
    SELECT ids::text, repeated::text
    FROM ledger_post($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
  row: rowType({ ids: column.text, repeated: column.text }),
};

const BALANCES = {
  name: 'ledger_balances',
  text: `SELECT code, balance FROM ledger_account WHERE code = ANY ($1) AND ($2::ledger_unit IS NULL OR unit = $2)`,
  row: rowType({ code: column.text, balance: column.bigint }),
};

const PERIOD = rowType({ from: column.instant, until: column.instant });

/** Opens the accounts that are not open yet. */
export async function insertAccounts(tx: Tx, openings: readonly AccountOpening[]): Promise<void> {
  await tx.query('SELECT ledger_open_accounts($1, $2, $3)', [
    openings.map(({ code }) => code),
    openings.map(({ unit }) => unit),
    openings.map(({ tenantId }) => tenantId ?? null),
  ]);
}

/**
 * Posts entries, given as the columns of an `EntryBatch`.
 * @returns the number of each entry, in their order, and the positions (from 0) of those that were known already
 */
export async function insertEntries(
  tx: Tx,
  columns: readonly (string | null)[],
): Promise<{ readonly ids: readonly string[]; readonly repeated: ReadonlySet<number> }> {
  const [row] = await runPrepared(tx, POST, columns);
  return {
    ids: elements(row?.ids ?? ''),
    repeated: new Set(elements(row?.repeated ?? '').map((position) => Number(position) - 1)),
  };
}

/** The elements of an array of numbers in PostgreSQL's text form, `{1,2,3}`. */
function elements(array: string): string[] {
  return array.length > 2 ? array.slice(1, -1).split(',') : [];
}

/** Balances by code, of accounts in one unit or in either. */
export async function selectBalances(tx: Tx, codes: readonly AccountCode[], unit?: Unit) {
  return await runPrepared(tx, BALANCES, [codes, unit ?? null]);
}

/** Closed periods, latest first; the first one begins with 1970. */
export async function selectClosedPeriods(tx: Tx): Promise<Period[]> {
  return await queryRows(
    tx,
    PERIOD,
    `SELECT CASE WHEN starts_at = min(starts_at) OVER () THEN to_timestamp(0) ELSE starts_at END AS "from", ends_at AS until
       FROM ledger_closed_period ORDER BY starts_at DESC`,
  );
}

export async function insertClosedPeriod(tx: Tx, from: Instant, until: Instant): Promise<void> {
  await tx.query('SELECT ledger_close_period($1, $2)', [from, until]);
}

import type { Tx } from '#database';

/** Each rule with the rows that break it: none in a sound ledger. */
const FAULTS = `
  SELECT 'L1: entry ' || e.key || ' sums to ' || coalesce(sum(p.amount), 0) || ' ' || coalesce(p.unit::text, 'nothing') AS fault
  FROM ledger_entry e LEFT JOIN ledger_posting p ON p.entry_id = e.id
  GROUP BY e.id, e.key, p.unit HAVING coalesce(sum(p.amount), 1) <> 0
  UNION ALL
  SELECT 'L1: entry ' || e.key || ' has ' || count(p.entry_id) || ' postings'
  FROM ledger_entry e LEFT JOIN ledger_posting p ON p.entry_id = e.id GROUP BY e.id, e.key HAVING count(p.entry_id) < 2
  UNION ALL
  SELECT 'L1: posting ' || p.entry_id || '/' || p.ordinal || ' says otherwise than its entry or account'
  FROM ledger_posting p LEFT JOIN ledger_entry e ON e.id = p.entry_id LEFT JOIN ledger_account a ON a.id = p.account_id
  WHERE (p.effective_at, p.kind, p.unit) IS DISTINCT FROM (e.effective_at, e.kind, a.unit)
  UNION ALL
  SELECT 'L4: ' || code || ' has ' || balance FROM ledger_account WHERE guarded AND balance < 0
  UNION ALL
  SELECT 'L5: ' || a.code || ' has ' || a.balance || ', its postings sum to ' || coalesce(sum(p.amount), 0)
  FROM ledger_account a LEFT JOIN ledger_posting p ON p.account_id = a.id
  GROUP BY a.id, a.code, a.balance HAVING a.balance <> coalesce(sum(p.amount), 0)`;

/** What breaks the rules L1, L4 and L5 in this database, in words; for tests: `expect(await ledgerFaults(tx)).toEqual([])`. */
export async function ledgerFaults(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ fault: string }[]>(FAULTS);
  return rows.map(({ fault }) => fault);
}

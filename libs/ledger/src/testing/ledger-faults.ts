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
  GROUP BY a.id, a.code, a.balance HAVING a.balance <> coalesce(sum(p.amount), 0)
  UNION ALL
  SELECT 'L5: the sums of account ' || account_id || ' on ' || day || ' for ' || kind || ' differ from its postings'
  FROM (
    SELECT account_id, ledger_day(effective_at) AS day, kind, count(*) AS postings, sum(amount) AS amount, sum(gpu_seconds) AS gpu_seconds,
           sum(list_fen) AS list_fen
    FROM ledger_posting GROUP BY 1, 2, 3
  ) posted
  LEFT JOIN (
    SELECT account_id, ledger_day(effective_at) AS day, kind, sum(list_fen) AS beside_list_fen FROM ledger_paid_beside GROUP BY 1, 2, 3
  ) beside USING (account_id, day, kind)
  FULL JOIN ledger_daily_sum kept USING (account_id, day, kind)
  WHERE (posted.postings, posted.amount, posted.gpu_seconds, posted.list_fen, coalesce(beside.beside_list_fen, 0))
        IS DISTINCT FROM (kept.postings, kept.amount, kept.gpu_seconds, kept.list_fen, kept.beside_list_fen)
  UNION ALL
  SELECT 'L5: the usage of ' || gpu_class || ' by ' || tenant_id || ' on ' || day || ' at account ' || account_id || ' differs from its postings'
  FROM (
    SELECT e.tenant_id, ledger_day(p.effective_at) AS day, account_owner(earned.code) AS gpu_class, p.account_id,
           -sum(p.amount) AS paid, sum(p.gpu_seconds) AS gpu_seconds, sum(p.list_fen) AS list_fen
    FROM ledger_entry e
    JOIN ledger_posting p ON p.entry_id = e.id
    JOIN ledger_account payer ON payer.id = p.account_id AND account_kind(payer.code) <> 'usage'
    CROSS JOIN LATERAL (
      SELECT min(a.code) AS code FROM ledger_posting q JOIN ledger_account a ON a.id = q.account_id
      WHERE q.entry_id = e.id AND account_kind(a.code) = 'usage'
    ) earned
    WHERE e.kind IN ('usage.metered', 'usage.corrected', 'usage.refunded') AND e.tenant_id IS NOT NULL AND earned.code IS NOT NULL
    GROUP BY 1, 2, 3, 4
  ) posted
  FULL JOIN ledger_usage_sum kept USING (tenant_id, day, gpu_class, account_id)
  WHERE (posted.paid, posted.gpu_seconds, posted.list_fen) IS DISTINCT FROM (kept.paid, kept.gpu_seconds, kept.list_fen)`;

/** What breaks the rules L1, L4 and L5 in this database, in words; for tests: `expect(await ledgerFaults(tx)).toEqual([])`. */
export async function ledgerFaults(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ fault: string }[]>(FAULTS);
  return rows.map(({ fault }) => fault);
}

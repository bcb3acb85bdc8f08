import { Injectable } from '@nestjs/common';
import { type AccountCode, type Fen, type GpuSeconds, type Instant, instantOf, type Month, type Unit, toDate } from '#kernel';
import type { Tx } from '#database';
import type { EntryKind } from './domain/journal-entry.ts';
import type { Period } from './domain/journal-page.ts';

/** Whose accounts are summed up: a company's, those named, or all. */
export interface AccountSelection {
  readonly tenantId?: string;
  readonly codes?: readonly AccountCode[];
}

/** What entries of one kind moved on an account. */
export interface KindTotal {
  readonly kind: EntryKind;
  readonly postings: bigint;
  readonly amount: bigint;
  readonly gpuSeconds: GpuSeconds;
  readonly listFen: Fen;
}

/** An account over a period: opening + the sum of its movements = closing (rule T2). */
export interface AccountMovements {
  readonly account: AccountCode;
  readonly unit: Unit;
  readonly tenantId?: string;
  readonly opening: bigint;
  readonly closing: bigint;
  readonly movements: readonly KindTotal[];
}

/** What one account paid for one job in a period, corrections counted in. */
export interface JobCharge {
  readonly tenantId: string;
  readonly jobId: string;
  /** Who paid: the held or available side of a grant or wallet, or `absorbed`. */
  readonly account: AccountCode;
  readonly unit: Unit;
  /** Paid by the account: positive where it was charged. */
  readonly amount: bigint;
  readonly gpuSeconds: GpuSeconds;
  readonly listFen: Fen;
  /** The closed month that the charge belongs to, where it came late. */
  readonly belongsTo?: Month;
}

/** GPU-seconds of usage entries about a month, by when they take effect (rule T3). */
export interface MonthlyUsage {
  /** Charged in the month for itself, corrections counted in, refunds left out. */
  readonly charged: GpuSeconds;
  /** Refunded in the month for itself. */
  readonly refunded: GpuSeconds;
  /** Charged, corrected and refunded in the month for closed ones before it. */
  readonly lateIn: GpuSeconds;
  /** Charged and corrected after the month was closed, for it. */
  readonly lateOut: GpuSeconds;
}

interface MovementRow {
  readonly code: AccountCode;
  readonly unit: Unit;
  readonly tenant_id: string | null;
  readonly balance: bigint;
  readonly kind: EntryKind | null;
  readonly postings: bigint;
  readonly amount: bigint;
  readonly gpu_seconds: bigint;
  readonly list_fen: bigint;
  readonly later: bigint;
}

interface ChargeRow {
  readonly tenant_id: string;
  readonly job_id: string;
  readonly code: AccountCode;
  readonly unit: Unit;
  readonly amount: bigint;
  readonly gpu_seconds: bigint;
  readonly list_fen: bigint;
  readonly belongs_to: Month | null;
}

function selected({ tenantId, codes }: AccountSelection, parameter: number): { sql: string; values: unknown[] } {
  if (tenantId !== undefined) return { sql: `WHERE a.tenant_id = $${parameter}`, values: [tenantId] };
  if (codes !== undefined) return { sql: `WHERE a.code = ANY ($${parameter})`, values: [codes] };
  return { sql: '', values: [] };
}

function toMovements(rows: readonly MovementRow[]): AccountMovements {
  const [{ code, unit, tenant_id, balance }] = rows as [MovementRow];
  const closing = rows.reduce((rest, row) => rest - row.later, balance);
  const opening = rows.reduce((rest, row) => rest - row.amount, closing);
  const movements = rows.flatMap(({ kind, postings, amount, gpu_seconds, list_fen }) =>
    kind === null || postings === 0n ? [] : [{ kind, postings, amount, gpuSeconds: gpu_seconds, listFen: list_fen }],
  );
  return { account: code, unit, ...(tenant_id !== null && { tenantId: tenant_id }), opening, closing, movements };
}

/** Sums of the ledger over a period, for statements and reports; set-based, one statement each. */
@Injectable()
export class LedgerPeriodsService {
  /** Opening, movements by kind and closing of each selected account, by code and unit; accounts that did not move included. */
  async movements(tx: Tx, selection: AccountSelection, { from, until }: Period): Promise<AccountMovements[]> {
    const { sql, values } = selected(selection, 3);
    const rows = await tx.query<MovementRow[]>(
      `WITH account AS (SELECT a.id, a.code, a.unit, a.tenant_id, a.balance FROM ledger_account a ${sql}),
       moved AS (
         SELECT p.account_id, p.kind,
                count(*) FILTER (WHERE p.effective_at < $2) AS postings,
                coalesce(sum(p.amount) FILTER (WHERE p.effective_at < $2), 0)::bigint AS amount,
                coalesce(sum(p.gpu_seconds) FILTER (WHERE p.effective_at < $2), 0)::bigint AS gpu_seconds,
                coalesce(sum(p.list_fen) FILTER (WHERE p.effective_at < $2), 0)::bigint AS list_fen,
                coalesce(sum(p.amount) FILTER (WHERE p.effective_at >= $2), 0)::bigint AS later
         FROM ledger_posting p
         WHERE p.effective_at >= $1 ${values.length > 0 ? 'AND p.account_id = ANY (ARRAY (SELECT id FROM account))' : ''}
         GROUP BY p.account_id, p.kind
       )
       SELECT account.code, account.unit, account.tenant_id, account.balance, moved.kind,
              coalesce(moved.postings, 0) AS postings, coalesce(moved.amount, 0) AS amount, coalesce(moved.gpu_seconds, 0) AS gpu_seconds,
              coalesce(moved.list_fen, 0) AS list_fen, coalesce(moved.later, 0) AS later
       FROM account LEFT JOIN moved ON moved.account_id = account.id
       ORDER BY account.code, account.unit, moved.kind`,
      [toDate(from), toDate(until), ...values],
    );
    return [...Map.groupBy(rows, ({ code, unit }) => `${unit} ${code}`).values()].map(toMovements);
  }

  /**
   * When the first entry takes effect; undefined where there is none. Looks at the first posting of each account, so its cost does not
   * grow with the age of the ledger.
   */
  async firstEffectiveAt(tx: Tx): Promise<Instant | undefined> {
    const [row] = await tx.query<{ at: Date | null }[]>(
      `SELECT min(first.effective_at) AS at FROM ledger_account a
       CROSS JOIN LATERAL (SELECT p.effective_at FROM ledger_posting p WHERE p.account_id = a.id ORDER BY p.effective_at LIMIT 1) first`,
    );
    return row?.at == null ? undefined : instantOf(row.at);
  }

  /**
   * What each account paid for each job in the period, by company, job, account and unit; of one company, or of all, and of the
   * accounts with `codes` alone where they are given.
   */
  async chargesByJob(tx: Tx, { tenantId, codes }: AccountSelection, { from, until }: Period): Promise<JobCharge[]> {
    const rows = await tx.query<ChargeRow[]>(
      `SELECT e.tenant_id, e.job_id, a.code, a.unit, -sum(p.amount)::bigint AS amount, sum(p.gpu_seconds)::bigint AS gpu_seconds,
              sum(p.list_fen)::bigint AS list_fen, e.belongs_to
       FROM ledger_entry e
       JOIN ledger_posting p ON p.entry_id = e.id
       JOIN ledger_account_name a ON a.id = p.account_id AND account_kind(a.code) <> 'usage'
       WHERE e.kind IN ('usage.metered', 'usage.corrected', 'usage.refunded') AND e.job_id IS NOT NULL AND e.tenant_id IS NOT NULL
         AND e.effective_at >= $1 AND e.effective_at < $2 AND ($3::text IS NULL OR e.tenant_id = $3)
         ${codes === undefined ? '' : 'AND p.account_id = ANY (ARRAY (SELECT id FROM ledger_account WHERE code = ANY ($4)))'}
       GROUP BY e.tenant_id, e.job_id, a.code, a.unit, e.belongs_to
       ORDER BY e.tenant_id, e.job_id, a.code, a.unit, e.belongs_to`,
      [toDate(from), toDate(until), tenantId ?? null, ...(codes === undefined ? [] : [codes])],
    );
    return rows.map((row) => ({
      tenantId: row.tenant_id,
      jobId: row.job_id,
      account: row.code,
      unit: row.unit,
      amount: row.amount,
      gpuSeconds: row.gpu_seconds,
      listFen: row.list_fen,
      ...(row.belongs_to !== null && { belongsTo: row.belongs_to }),
    }));
  }

  /**
   * What wallets paid beside grants for the seconds that these took (rule F2), by company and account of the grant: a payment without
   * GPU-seconds of its own stands behind the one that it completes.
   */
  async paidBeside(tx: Tx, { from, until }: Period): Promise<{ tenantId: string; account: AccountCode; listFen: Fen }[]> {
    return await tx.query<{ tenantId: string; account: AccountCode; listFen: Fen }[]>(
      `WITH paying AS (
         SELECT e.tenant_id, p.entry_id, p.ordinal, p.gpu_seconds, p.list_fen, a.code,
                max(CASE WHEN p.gpu_seconds <> 0 THEN p.ordinal END) OVER (PARTITION BY p.entry_id ORDER BY p.ordinal) AS leading
           FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
           JOIN ledger_account a ON a.id = p.account_id AND account_kind(a.code) <> 'usage'
          WHERE e.kind IN ('usage.metered', 'usage.corrected', 'usage.refunded') AND e.tenant_id IS NOT NULL
            AND e.effective_at >= $1 AND e.effective_at < $2
       )
       SELECT beside.tenant_id AS "tenantId", leader.code AS account, sum(beside.list_fen)::bigint AS "listFen"
         FROM paying beside JOIN paying leader ON leader.entry_id = beside.entry_id AND leader.ordinal = beside.leading
        WHERE beside.gpu_seconds = 0 AND beside.list_fen <> 0
        GROUP BY beside.tenant_id, leader.code`,
      [toDate(from), toDate(until)],
    );
  }

  /** All usage entries about a month: those that take effect in it, and late ones that belong to it. */
  async usageOfMonth(tx: Tx, month: Month, { from, until }: Period): Promise<MonthlyUsage> {
    const [row] = await tx.query<MonthlyUsage[]>(
      `SELECT coalesce(sum(p.gpu_seconds) FILTER (WHERE within AND belongs_to IS NULL AND kind <> 'usage.refunded'), 0)::bigint AS charged,
              -coalesce(sum(p.gpu_seconds) FILTER (WHERE within AND belongs_to IS NULL AND kind = 'usage.refunded'), 0)::bigint AS refunded,
              coalesce(sum(p.gpu_seconds) FILTER (WHERE within AND belongs_to IS NOT NULL), 0)::bigint AS "lateIn",
              coalesce(sum(p.gpu_seconds) FILTER (WHERE belongs_to = $3 AND kind <> 'usage.refunded'), 0)::bigint AS "lateOut"
         FROM (SELECT e.id, e.kind, e.belongs_to, e.effective_at >= $1 AND e.effective_at < $2 AS within FROM ledger_entry e
                WHERE e.kind IN ('usage.metered', 'usage.corrected', 'usage.refunded')
                  AND ((e.effective_at >= $1 AND e.effective_at < $2) OR (e.belongs_to = $3 AND e.effective_at >= $2))) entry
         JOIN LATERAL (SELECT sum(gpu_seconds) AS gpu_seconds FROM ledger_posting WHERE entry_id = entry.id) p ON true`,
      [toDate(from), toDate(until), month],
    );
    return row ?? { charged: 0n, refunded: 0n, lateIn: 0n, lateOut: 0n };
  }
}

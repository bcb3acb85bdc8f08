import type pg from 'pg';
import type { TruthLine } from '../../../cluster-sim/src/index.ts';
import { type ClusterObjects, clusterObjects } from './cluster-objects.ts';
import { openClient } from './open-client.ts';

export interface Interval {
  readonly podUid: string;
  readonly admissionId: string;
  readonly jobId: string;
  readonly gpus: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly endSource: 'reported' | 'last-seen' | null;
}

export interface AdmissionRecord {
  readonly id: string;
  readonly jobId: string;
  readonly tenantId: string;
  readonly gpuSeconds: bigint;
  readonly closed: boolean;
  /** Held by source: a grant's id, or `wallet`. */
  readonly held: ReadonlyMap<string, bigint>;
}

/** What the ledger says of one admission. */
export interface Charged {
  readonly admissionId: string;
  readonly gpuSeconds: bigint;
  readonly absorbedGpuSeconds: bigint;
}

export interface AccountRecord {
  readonly code: string;
  readonly unit: string;
  readonly guarded: boolean;
  readonly balance: bigint;
  readonly posted: bigint;
}

export interface JobRecord {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  readonly state: string;
  readonly attempt: number;
  readonly waiting: string | null;
}

/** What a controller wrote for a loop, as the oracle noted it. */
export interface LoopWrite {
  readonly loop: string;
  readonly what: string;
  readonly writer: string;
  /** Another one led the loop by then. */
  readonly stale: boolean;
}

/** Everything the checks look at, read once after the end of a seed: the cluster's own record, its objects, and the tables. */
export interface Evidence {
  readonly truth: readonly TruthLine[];
  readonly objects: ClusterObjects;
  readonly intervals: readonly Interval[];
  readonly admissions: readonly AdmissionRecord[];
  readonly charged: readonly Charged[];
  readonly accounts: readonly AccountRecord[];
  readonly entries: { readonly count: bigint; readonly unbalanced: readonly string[] };
  /** Daily sums of the ledger, and those that are not the sums of the postings of their account, day and kind. */
  readonly dailySums: { readonly count: bigint; readonly different: readonly string[] };
  readonly jobs: readonly JobRecord[];
  readonly writes: readonly LoopWrite[];
  /** Told in a failing seed's story; nothing is checked by them. */
  readonly events: readonly object[];
}

const INTERVALS = `
  SELECT pod_uid AS "podUid", admission_id AS "admissionId", job_id AS "jobId", gpus, extract(epoch FROM started_at)::float AS "startedAt",
         extract(epoch FROM ended_at)::float AS "endedAt", end_source AS "endSource" FROM usage_interval`;
const ADMISSIONS = `
  SELECT id, job_id AS "jobId", tenant_id AS "tenantId", gpu_seconds AS "gpuSeconds", closed_at IS NOT NULL AS closed FROM funding_admission`;
const CHARGED = `
  SELECT substring(e.key FROM '/usage/(.*)/[0-9]+$') AS "admissionId", coalesce(sum(p.gpu_seconds), 0)::bigint AS "gpuSeconds",
         coalesce(sum(p.gpu_seconds) FILTER (WHERE a.code = 'absorbed'), 0)::bigint AS "absorbedGpuSeconds"
    FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id JOIN ledger_account a ON a.id = p.account_id
   WHERE e.kind IN ('usage.metered', 'usage.corrected') GROUP BY 1`;
const ACCOUNTS = `
  SELECT a.code, a.unit::text AS unit, a.guarded, a.balance, coalesce(sum(p.amount), 0)::bigint AS posted
    FROM ledger_account a LEFT JOIN ledger_posting p ON p.account_id = a.id GROUP BY a.id`;
const UNBALANCED = `
  SELECT e.key FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id GROUP BY e.id, p.unit HAVING sum(p.amount) <> 0`;
const DIFFERENT_SUMS = `
  WITH posted AS (
    SELECT account_id, ledger_day(effective_at) AS day, kind, count(*) AS postings, sum(amount) AS amount, sum(gpu_seconds) AS gpu_seconds,
           sum(list_fen) AS list_fen FROM ledger_posting GROUP BY 1, 2, 3
  ), beside AS (
    SELECT account_id, ledger_day(effective_at) AS day, kind, sum(list_fen) AS list_fen FROM ledger_paid_beside GROUP BY 1, 2, 3
  )
  SELECT a.code || ' ' || day || ' ' || kind || ': ' || coalesce(kept.amount::text, 'none') || ', posted ' || coalesce(posted.amount::text, 'none')
         AS difference
    FROM posted LEFT JOIN beside USING (account_id, day, kind) FULL JOIN ledger_daily_sum kept USING (account_id, day, kind)
    JOIN ledger_account a ON a.id = account_id
   WHERE (posted.postings, posted.amount, posted.gpu_seconds, posted.list_fen, coalesce(beside.list_fen, 0))
         IS DISTINCT FROM (kept.postings, kept.amount, kept.gpu_seconds, kept.list_fen, kept.beside_list_fen)`;
const JOBS = `
  SELECT id, name, tenant_id AS "tenantId", state, attempt, waiting->>'reason' AS waiting FROM job ORDER BY id`;

const EVENTS = `SELECT job_id, sequence, at, kind, to_state, attempt, reason FROM job_event ORDER BY at, job_id, sequence`;

export async function gather(ownerUrl: string, kubeconfig: string, truth: readonly TruthLine[]): Promise<Evidence> {
  const client = await openClient(ownerUrl);
  try {
    const rows = async <T extends pg.QueryResultRow>(sql: string): Promise<T[]> => (await client.query<T>(sql)).rows;
    const shares = await rows<{ admission_id: string; source: string; held: bigint }>(
      'SELECT admission_id, source, held FROM funding_share',
    );
    const heldOf = Map.groupBy(shares, (share) => share.admission_id);
    const [counted] = await rows<{ count: bigint }>('SELECT count(*) AS count FROM ledger_entry');
    const [summed] = await rows<{ count: bigint }>('SELECT count(*) AS count FROM ledger_daily_sum');
    const different = await rows<{ difference: string }>(DIFFERENT_SUMS);
    return {
      truth,
      objects: await clusterObjects(kubeconfig),
      intervals: await rows<Interval>(INTERVALS),
      admissions: (await rows<Omit<AdmissionRecord, 'held'>>(ADMISSIONS)).map((admission) => ({
        ...admission,
        held: new Map((heldOf.get(admission.id) ?? []).map(({ source, held }) => [source, held])),
      })),
      charged: await rows<Charged>(CHARGED),
      accounts: await rows<AccountRecord>(ACCOUNTS),
      entries: { count: counted?.count ?? 0n, unbalanced: (await rows<{ key: string }>(UNBALANCED)).map(({ key }) => key) },
      dailySums: { count: summed?.count ?? 0n, different: different.map(({ difference }) => difference) },
      jobs: await rows<JobRecord>(JOBS),
      writes: await rows<LoopWrite>('SELECT loop, what, writer, stale FROM chaos_write'),
      events: await rows(EVENTS),
    };
  } finally {
    await client.end();
  }
}

import { column, queryRows, type RowOf, rowType, type Tx } from '#database';
import { type GpuSeconds, type Instant, toDate } from '#kernel';
import type { Admission, Share } from './domain/funding-book.ts';

/** Cumulative GPU-seconds that an admission was charged for the time before a month end. */
export interface ChargedByMonthEnd {
  readonly at: Instant;
  readonly gpuSeconds: GpuSeconds;
}

/** An admission as it is stored: `sequence` numbers its journal entries. */
export interface StoredAdmission extends Admission {
  sequence: number;
  /** What was charged before the last month end that it crossed. */
  monthEnd?: ChargedByMonthEnd;
  /** Instant up to which it was metered just now; it is written, and never goes back. */
  meteredUntil?: Instant;
  /** It is over: metered whole, its holds released. */
  readonly closed: boolean;
}

const ADMISSION = rowType({
  id: column.text,
  jobId: column.text,
  tenantId: column.text,
  gpuClass: column.text,
  fenPerGpuHour: column.bigint,
  selfPay: column.boolean,
  gpuSeconds: column.bigint,
  sequence: column.integer,
  closed: column.boolean,
  monthEnd: column.nullable(column.instant),
  monthEndGpuSeconds: column.nullable(column.bigint),
});

const SHARE = rowType({
  admissionId: column.text,
  source: column.text,
  gpuSeconds: column.bigint,
  responsibleFen: column.bigint,
  paid: column.bigint,
  held: column.bigint,
});

/** The open admissions of `tenantIds`, and those of `alsoIds` even where they are closed, in the byte order of their ids. */
export async function selectAdmissions(tx: Tx, tenantIds: readonly string[], alsoIds: readonly string[]): Promise<StoredAdmission[]> {
  const rows = await queryRows(
    tx,
    ADMISSION,
    `SELECT id, job_id AS "jobId", tenant_id AS "tenantId", gpu_class AS "gpuClass", fen_per_gpu_hour AS "fenPerGpuHour",
            self_pay AS "selfPay", gpu_seconds AS "gpuSeconds", sequence, closed_at IS NOT NULL AS closed, month_end AS "monthEnd",
            month_end_gpu_seconds AS "monthEndGpuSeconds"
       FROM funding_admission
      WHERE (tenant_id = ANY ($1) AND closed_at IS NULL) OR id = ANY ($2) ORDER BY id COLLATE "C"`,
    [tenantIds, alsoIds],
  );
  const shares = await selectShares(
    tx,
    rows.map(({ id }) => id),
  );
  return rows.map(({ monthEnd, monthEndGpuSeconds, ...admission }) => ({
    ...admission,
    ...(monthEnd !== null && { monthEnd: { at: monthEnd, gpuSeconds: monthEndGpuSeconds ?? 0n } }),
    shares: new Map((shares.get(admission.id) ?? []).map(({ source, ...share }) => [source, shareOf(share)])),
  }));
}

async function selectShares(tx: Tx, admissionIds: readonly string[]): Promise<Map<string, RowOf<typeof SHARE>[]>> {
  const rows = await queryRows(
    tx,
    SHARE,
    `SELECT admission_id AS "admissionId", source, gpu_seconds AS "gpuSeconds", responsible_fen AS "responsibleFen", paid, held
       FROM funding_share WHERE admission_id = ANY ($1)`,
    [admissionIds],
  );
  return Map.groupBy(rows, ({ admissionId }) => admissionId);
}

function shareOf({ gpuSeconds, responsibleFen, paid, held }: Share): Share {
  return { gpuSeconds, responsibleFen, paid, held };
}

export async function insertAdmissions(tx: Tx, admissions: readonly Admission[], at: Instant): Promise<void> {
  if (admissions.length === 0) return;
  await tx.query(
    `INSERT INTO funding_admission (id, job_id, tenant_id, gpu_class, fen_per_gpu_hour, self_pay, opened_at)
     SELECT v.*, to_timestamp($7)
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::boolean[])
         AS v (id, job_id, tenant_id, gpu_class, fen_per_gpu_hour, self_pay)`,
    [
      ...[admissions.map((a) => a.id), admissions.map((a) => a.jobId), admissions.map((a) => a.tenantId)],
      ...[admissions.map((a) => a.gpuClass), admissions.map((a) => a.fenPerGpuHour), admissions.map((a) => a.selfPay), at],
    ],
  );
}

/** Writes what was charged of admissions, and the shares of their sources: two statements. */
export async function updateAdmissions(tx: Tx, admissions: readonly StoredAdmission[]): Promise<void> {
  await tx.query(
    `UPDATE funding_admission a SET gpu_seconds = v.gpu_seconds, sequence = v.sequence,
            month_end = to_timestamp(v.month_end), month_end_gpu_seconds = v.month_end_gpu_seconds,
            metered_until = greatest(a.metered_until, to_timestamp(v.metered_until))
       FROM unnest($1::text[], $2::bigint[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[])
            AS v (id, gpu_seconds, sequence, month_end, month_end_gpu_seconds, metered_until) WHERE a.id = v.id`,
    [
      admissions.map((a) => a.id),
      admissions.map((a) => a.gpuSeconds),
      admissions.map((a) => a.sequence),
      admissions.map((a) => a.monthEnd?.at ?? null),
      admissions.map((a) => a.monthEnd?.gpuSeconds ?? null),
      admissions.map((a) => a.meteredUntil ?? null),
    ],
  );
  const shares = admissions.flatMap(({ id, shares: bySource }) => [...bySource].map(([source, share]) => ({ id, source, share })));
  await tx.query(
    `INSERT INTO funding_share AS s (admission_id, source, gpu_seconds, responsible_fen, paid, held)
     SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
     ON CONFLICT (admission_id, source) DO UPDATE
        SET gpu_seconds = excluded.gpu_seconds, responsible_fen = excluded.responsible_fen, paid = excluded.paid, held = excluded.held
      WHERE (s.gpu_seconds, s.responsible_fen, s.paid, s.held)
            IS DISTINCT FROM (excluded.gpu_seconds, excluded.responsible_fen, excluded.paid, excluded.held)`,
    [
      shares.map((s) => s.id),
      shares.map((s) => s.source),
      shares.map((s) => s.share.gpuSeconds),
      shares.map((s) => s.share.responsibleFen),
      shares.map((s) => s.share.paid),
      shares.map((s) => s.share.held),
    ],
  );
}

export async function closeAdmissions(tx: Tx, ids: readonly string[], at: Instant): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(`UPDATE funding_admission SET closed_at = $2 WHERE id = ANY ($1) AND closed_at IS NULL`, [ids, toDate(at)]);
}

const CLASS = rowType({ jobId: column.text, gpuClass: column.text });

/** The GPU class of each of these jobs that was ever admitted; of a hundred thousand jobs, the planner joins by hash. */
export async function classesOfJobs(tx: Tx, jobIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await queryRows(
    tx,
    CLASS,
    `SELECT DISTINCT job_id AS "jobId", gpu_class AS "gpuClass" FROM unnest($1::text[]) AS asked (id) JOIN funding_admission ON job_id = asked.id`,
    [jobIds],
  );
  return new Map(rows.map(({ jobId, gpuClass }) => [jobId, gpuClass]));
}

/** Counts what was refunded of admissions, so that metered and charged GPU-seconds can be compared (rule M8). */
export async function addRefunded(
  tx: Tx,
  refunds: readonly { readonly admissionId: string; readonly gpuSeconds: GpuSeconds }[],
): Promise<void> {
  await tx.query(
    `UPDATE funding_admission a SET refunded_gpu_seconds = refunded_gpu_seconds + v.gpu_seconds
       FROM unnest($1::text[], $2::bigint[]) AS v (id, gpu_seconds) WHERE a.id = v.id`,
    [refunds.map(({ admissionId }) => admissionId), refunds.map(({ gpuSeconds }) => gpuSeconds)],
  );
}

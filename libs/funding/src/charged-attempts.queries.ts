import { column, queryRows, type RowOf, rowType, type Tx } from '#database';
import { attemptOfAdmission } from '#kernel';

const ATTEMPT = rowType({
  admissionId: column.text,
  fenPerGpuHour: column.bigint,
  admittedAt: column.timestamp,
  closedAt: column.nullable(column.timestamp),
  meteredUntil: column.nullable(column.timestamp),
  gpuSeconds: column.bigint,
  refundedGpuSeconds: column.bigint,
});
const SHARE = rowType({
  admissionId: column.text,
  source: column.text,
  gpuSeconds: column.bigint,
  paid: column.bigint,
  held: column.bigint,
});

/** What one source has paid and holds for an attempt; `source` is the id of a grant, `wallet` or `absorbed`. */
export type AttemptShare = Omit<RowOf<typeof SHARE>, 'admissionId'>;

/** One attempt of a job as far as money is concerned: its price, what is charged of it, refunds taken off, and who paid. */
export interface ChargedAttempt extends RowOf<typeof ATTEMPT> {
  readonly attempt: number;
  readonly shares: readonly AttemptShare[];
}

/** The attempts of a job that were admitted, the latest first; those before the attempt `before`, at most `limit` of them. */
export async function chargedAttempts(
  tx: Tx,
  jobId: string,
  page: { before?: number | undefined; limit: number },
): Promise<ChargedAttempt[]> {
  // Ids of one job differ in their number alone, so that the longer one is the later one.
  const rows = await queryRows(
    tx,
    ATTEMPT,
    `SELECT id AS "admissionId", fen_per_gpu_hour AS "fenPerGpuHour", opened_at AS "admittedAt", closed_at AS "closedAt",
            metered_until AS "meteredUntil", gpu_seconds AS "gpuSeconds", refunded_gpu_seconds AS "refundedGpuSeconds"
       FROM funding_admission
      WHERE job_id = $1 AND ($2::text IS NULL OR (length(id), id COLLATE "C") < (length($2), $2 COLLATE "C"))
      ORDER BY length(id) DESC, id COLLATE "C" DESC LIMIT $3`,
    [jobId, page.before === undefined ? null : `${jobId}/${page.before}`, page.limit],
  );
  const shares = await queryRows(
    tx,
    SHARE,
    `SELECT admission_id AS "admissionId", source, gpu_seconds AS "gpuSeconds", paid, held
       FROM funding_share WHERE admission_id = ANY ($1) ORDER BY admission_id, source COLLATE "C"`,
    [rows.map(({ admissionId }) => admissionId)],
  );
  const byAdmission = Map.groupBy(shares, ({ admissionId }) => admissionId);
  return rows.map((row) => ({
    ...row,
    attempt: attemptOfAdmission(row.admissionId).attempt,
    shares: (byAdmission.get(row.admissionId) ?? []).map(({ admissionId: _, ...share }) => share),
  }));
}

/** The attempt that an entry about usage or a hold of a job belongs to, by its key; undefined for any other entry. */
export function attemptOfEntry({ key, jobId }: { readonly key: string; readonly jobId?: string }): number | undefined {
  if (jobId === undefined) return undefined;
  const [, rest] = key.split(`/${jobId}/`);
  const [, attempt] = /^(\d{1,9})(?:\/|$)/.exec(rest ?? '') ?? [];
  return attempt === undefined ? undefined : Number(attempt);
}

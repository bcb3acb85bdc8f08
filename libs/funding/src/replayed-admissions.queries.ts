import { column, queryRows, type RowOf, rowType, type Tx } from '#database';

const ROW = rowType({
  id: column.text,
  jobId: column.text,
  tenantId: column.text,
  gpuClass: column.text,
  fenPerGpuHour: column.bigint,
  selfPay: column.boolean,
  openedAt: column.instant,
});

/** An admission as it was opened. */
export type OpenedAdmission = RowOf<typeof ROW>;

/** The admissions of `jobIds` as they were opened, at most `limit` of them. */
export async function openedAdmissions(tx: Tx, jobIds: readonly string[], limit: number): Promise<OpenedAdmission[]> {
  return await queryRows(
    tx,
    ROW,
    `SELECT id, job_id AS "jobId", tenant_id AS "tenantId", gpu_class AS "gpuClass", fen_per_gpu_hour AS "fenPerGpuHour",
            self_pay AS "selfPay", opened_at AS "openedAt"
       FROM funding_admission WHERE job_id = ANY ($1) ORDER BY id COLLATE "C" LIMIT $2`,
    [jobIds, limit],
  );
}

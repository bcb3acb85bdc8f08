import { column, cursorRows, queryRows, type RowOf, rowType, type Tx } from '#database';
import type { Month } from '#kernel';

const JOB = rowType({
  jobId: column.text,
  tenantId: column.text,
  gpuSeconds: column.bigint,
  listFen: column.bigint,
  /** What grants and wallet paid in fen. */
  paidFen: column.bigint,
});

/** What frozen statements say of a job, over the months that were asked for. */
export type StatedJob = RowOf<typeof JOB>;

/**
 * Each job of the frozen statements of `months`, by its id: what the documents themselves say, read by nothing else. Needs a transaction.
 */
export function statedJobs(
  tx: Tx,
  months: readonly Month[],
  { tenantId, jobIds }: { readonly tenantId?: string; readonly jobIds?: readonly string[] },
): AsyncGenerator<StatedJob> {
  return cursorRows(
    tx,
    JOB,
    `SELECT job ->> 'jobId' AS "jobId", min(s.tenant_id) AS "tenantId", sum((job -> 'totals' ->> 'gpuSeconds')::bigint)::bigint AS "gpuSeconds",
            sum((job -> 'totals' ->> 'listFen')::bigint)::bigint AS "listFen", coalesce(sum(share.paid), 0)::bigint AS "paidFen"
       FROM statement s CROSS JOIN LATERAL jsonb_array_elements(s.document::jsonb -> 'jobs') job
      CROSS JOIN LATERAL (SELECT sum((one ->> 'amount')::bigint) AS paid FROM jsonb_array_elements(job -> 'shares') one WHERE one ->> 'unit' = 'CNY') share
      WHERE s.month = ANY ($1) AND ($2::text IS NULL OR s.tenant_id = $2) AND ($3::text[] IS NULL OR job ->> 'jobId' = ANY ($3))
      GROUP BY job ->> 'jobId' ORDER BY (job ->> 'jobId') COLLATE "C"`,
    [months, tenantId ?? null, jobIds ?? null],
  );
}

const SHEET = rowType({ tenantId: column.text, account: column.text, unit: column.text, amount: column.bigint });

/** By how much the closing of a grant or wallet differs from its opening by the frozen statement. */
export type StatedMovement = RowOf<typeof SHEET>;

/** What the frozen statements of `month` say that each grant and wallet moved. */
export async function statedMovements(tx: Tx, month: Month, tenantId?: string): Promise<StatedMovement[]> {
  return await queryRows(
    tx,
    SHEET,
    `SELECT s.tenant_id AS "tenantId", sheet ->> 'account' AS account, sheet ->> 'unit' AS unit,
            ((sheet ->> 'closing')::bigint - (sheet ->> 'opening')::bigint) AS amount
       FROM statement s CROSS JOIN LATERAL jsonb_array_elements(s.document::jsonb -> 'accounts') sheet
      WHERE s.month = $1 AND ($2::text IS NULL OR s.tenant_id = $2)`,
    [month, tenantId ?? null],
  );
}

const CHANGED = rowType({ tenantId: column.text });

/** Companies whose frozen statement of `month` has not the digest that was stored with it. */
export async function changedStatements(tx: Tx, month: Month, tenantId?: string): Promise<string[]> {
  const rows = await queryRows(
    tx,
    CHANGED,
    `SELECT tenant_id AS "tenantId" FROM statement
      WHERE month = $1 AND ($2::text IS NULL OR tenant_id = $2) AND digest <> encode(sha256(convert_to(document, 'UTF8')), 'hex')
      ORDER BY tenant_id`,
    [month, tenantId ?? null],
  );
  return rows.map(({ tenantId: id }) => id);
}

import { column, queryRows, type RowOf, rowType, type Tx } from '#database';
import { UNITS } from '#kernel';
import type { PaidUsage } from './domain/usage-summary.ts';

/** Days of the ledger, both included. */
export interface Days {
  readonly first: string;
  readonly last: string;
}

/** Whether each day is shown, or the sum of each month. */
export const USAGE_RESOLUTIONS = ['day', 'month'] as const;
export type UsageResolution = (typeof USAGE_RESOLUTIONS)[number];

const payer = column.oneOf(['grant', 'wallet', 'absorbed']);
const PAID = rowType({
  period: column.text,
  gpuClass: column.text,
  payer,
  programmeId: column.nullable(column.text),
  unit: column.oneOf(UNITS),
  paid: column.bigint,
  gpuSeconds: column.bigint,
  listFen: column.bigint,
});
const FORMATS: Readonly<Record<UsageResolution, string>> = { day: 'YYYY-MM-DD', month: 'YYYY-MM' };

/** What was paid for usage by day or month, class and payer; of grants, by programme. Of one company, or of all. */
export async function selectPaidUsage(
  tx: Tx,
  { first, last }: Days,
  resolution: UsageResolution,
  tenantId: string | undefined,
): Promise<PaidUsage[]> {
  return await queryRows(
    tx,
    PAID,
    `SELECT to_char(u.day, $4) AS period, u.gpu_class AS "gpuClass", u.payer, g.programme_id AS "programmeId", u.unit,
            sum(u.paid)::bigint AS paid, sum(u.gpu_seconds)::bigint AS "gpuSeconds", sum(u.list_fen)::bigint AS "listFen"
       FROM usage_by_day u LEFT JOIN grant_programme g ON u.payer = 'grant' AND g.grant_id = u.payer_id
      WHERE u.day BETWEEN $1 AND $2 AND ($3::text IS NULL OR u.tenant_id = $3)
      GROUP BY 1, 2, 3, 4, 5`,
    [first, last, tenantId ?? null, FORMATS[resolution]],
  );
}

const LATELY = rowType({ gpuClass: column.text, payer, gpuSeconds: column.bigint });

/** What a company used of each class since the day `first`, by payer. */
export async function selectUsedLately(tx: Tx, tenantId: string, first: string): Promise<RowOf<typeof LATELY>[]> {
  return await queryRows(
    tx,
    LATELY,
    `SELECT gpu_class AS "gpuClass", payer, sum(gpu_seconds)::bigint AS "gpuSeconds" FROM usage_by_day
      WHERE tenant_id = $1 AND day >= $2 GROUP BY 1, 2 ORDER BY 1, 2`,
    [tenantId, first],
  );
}

const FIRST_DAY = rowType({ day: column.nullable(column.text) });

/** The first day on which a company used anything; undefined where it never did. */
export async function selectFirstDayOfUsage(tx: Tx, tenantId: string): Promise<string | undefined> {
  const sql = `SELECT to_char(min(day), 'YYYY-MM-DD') AS day FROM usage_by_day WHERE tenant_id = $1`;
  return (await queryRows(tx, FIRST_DAY, sql, [tenantId]))[0]?.day ?? undefined;
}

const OF_COMPANY = rowType({
  companyId: column.text,
  gpuClass: column.text,
  payer,
  gpuSeconds: column.bigint,
  listFen: column.bigint,
});

/** What was paid for usage by company, class and payer. */
export async function selectUsageOfCompanies(tx: Tx, { first, last }: Days): Promise<RowOf<typeof OF_COMPANY>[]> {
  return await queryRows(
    tx,
    OF_COMPANY,
    `SELECT tenant_id AS "companyId", gpu_class AS "gpuClass", payer, sum(gpu_seconds)::bigint AS "gpuSeconds",
            sum(list_fen)::bigint AS "listFen"
       FROM usage_by_day WHERE day BETWEEN $1 AND $2
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    [first, last],
  );
}

const PAID_BY_GRANT = rowType({ grantId: column.text, paid: column.bigint });

/** What each grant of `tenantIds` paid before the day `first`, in its unit. */
export async function selectPaidByGrantsBefore(tx: Tx, tenantIds: readonly string[], first: string): Promise<Map<string, bigint>> {
  const rows = await queryRows(
    tx,
    PAID_BY_GRANT,
    `SELECT payer_id AS "grantId", sum(paid)::bigint AS paid FROM usage_by_day
      WHERE tenant_id = ANY ($1) AND payer = 'grant' AND day < $2 GROUP BY 1`,
    [tenantIds, first],
  );
  return new Map(rows.map(({ grantId, paid }) => [grantId, paid]));
}

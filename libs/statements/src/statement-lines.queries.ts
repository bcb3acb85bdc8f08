import { z } from 'zod';
import { column, queryRows, rowType, type Tx } from '#database';
import type { Month } from '#kernel';
import type { LineNames } from './domain/job-line.ts';

const byId = <T extends z.ZodType>(of: T) => z.record(z.string(), of);
const lineNames = z.object({
  ...{ company: z.string(), creditCode: z.string(), formerCompanyNames: z.array(z.string()) },
  ...{ grants: byId(z.string()), programmes: byId(z.string()) },
  ...{ formerProgrammeNames: byId(z.array(z.string())), documents: byId(z.array(z.string())) },
});
const FINAL = rowType({ tenantId: column.text, names: column.json(lineNames) });

/**
 * The names in the final statements of a month, of one company or of all, by company; those of jobs are left out, because there may be
 * very many. Documents without names are left out.
 */
export async function finalNames(tx: Tx, month: Month, tenantId?: string): Promise<Map<string, LineNames>> {
  const rows = await queryRows(
    tx,
    FINAL,
    `SELECT tenant_id AS "tenantId", (document::json -> 'names')::jsonb - 'jobs' AS names
     FROM statement WHERE month = $1 AND ($2::text IS NULL OR tenant_id = $2) AND document::json -> 'names' IS NOT NULL`,
    [month, tenantId ?? null],
  );
  return new Map(rows.map(({ tenantId: id, names }) => [id, names]));
}

import { column, queryRows, rowType, type Tx } from '#database';
import type { Month } from '#kernel';
import type { ProgrammeUse } from './domain/caps.ts';

/** What the table has in place of a month for all months together. */
const ALL_MONTHS = '';

const USE = rowType({ programmeId: column.text, tenantId: column.text, month: column.text, paid: column.bigint });

/** What programmes paid for a company, by programme. */
export type UseOfProgrammes = Map<string, ProgrammeUse>;

/** What programmes paid for each tenant in all, and in each of `months`. */
export async function selectProgrammeUse(
  tx: Tx,
  tenantIds: readonly string[],
  programmeIds: readonly string[],
  months: readonly Month[],
): Promise<Map<string, UseOfProgrammes>> {
  const rows = await queryRows(
    tx,
    USE,
    `SELECT programme_id AS "programmeId", tenant_id AS "tenantId", month, paid FROM funding_programme_use
      WHERE tenant_id = ANY ($1) AND programme_id = ANY ($2) AND month = ANY ($3)`,
    [tenantIds, programmeIds, [ALL_MONTHS, ...months]],
  );
  const found = new Map<string, UseOfProgrammes>();
  for (const { programmeId, tenantId, month, paid } of rows) {
    const ofTenant: UseOfProgrammes = found.get(tenantId) ?? new Map<string, ProgrammeUse>();
    const use = ofTenant.get(programmeId) ?? { total: 0n, byMonth: new Map<Month, bigint>() };
    if (month === ALL_MONTHS) use.total = paid;
    else use.byMonth.set(month, paid);
    ofTenant.set(programmeId, use);
    found.set(tenantId, ofTenant);
  }
  return found;
}

/** What a programme paid for a company beyond what it had paid before: negative where it got something back. */
export interface NewProgrammeUse {
  readonly tenantId: string;
  readonly programmeId: string;
  /** Undefined: in all months together. */
  readonly month: Month | undefined;
  readonly paid: bigint;
}

export async function addProgrammeUse(tx: Tx, uses: readonly NewProgrammeUse[]): Promise<void> {
  if (uses.length === 0) return;
  await tx.query(
    `INSERT INTO funding_programme_use AS u (programme_id, tenant_id, month, paid)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
     ON CONFLICT (tenant_id, programme_id, month) DO UPDATE SET paid = u.paid + excluded.paid`,
    [
      ...[uses.map(({ programmeId }) => programmeId), uses.map(({ tenantId }) => tenantId)],
      ...[uses.map(({ month }) => month ?? ALL_MONTHS), uses.map(({ paid }) => paid)],
    ],
  );
}

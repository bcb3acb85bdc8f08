import { column, queryRows, rowType, type Tx } from '#database';
import type { Month } from '#kernel';

const CLOSED = rowType({ month: column.text });

/** Records that `month` is closed. @returns whether it was open until then */
export async function insertClosedMonth(tx: Tx, month: Month, at: Date, closedBy: string): Promise<boolean> {
  const rows = await queryRows(
    tx,
    CLOSED,
    `INSERT INTO closed_month (month, closed_at, closed_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING month`,
    [month, at, closedBy],
  );
  return rows.length > 0;
}

/** The final statement of a company: its canonical JSON, and the digest of that. */
export interface FinalStatement {
  readonly tenantId: string;
  readonly document: string;
  readonly digest: string;
}

/** Writes the final statements of a month in one statement, however many companies there are. */
export async function insertStatements(tx: Tx, month: Month, statements: readonly FinalStatement[]): Promise<void> {
  await tx.query(
    `INSERT INTO statement (tenant_id, month, document, digest)
     SELECT s.tenant_id, $1, s.document, s.digest FROM unnest($2::text[], $3::text[], $4::text[]) AS s (tenant_id, document, digest)`,
    [month, statements.map(({ tenantId }) => tenantId), statements.map(({ document }) => document), statements.map(({ digest }) => digest)],
  );
}

/** The final settlement list of a programme: its canonical JSON, and the digest of that. */
export interface FinalSettlementList {
  readonly programmeId: string;
  readonly document: string;
  readonly digest: string;
}

/** Writes the final settlement lists of a month in one statement. */
export async function insertSettlementLists(tx: Tx, month: Month, lists: readonly FinalSettlementList[]): Promise<void> {
  await tx.query(
    `INSERT INTO settlement_list (programme_id, month, document, digest)
     SELECT s.programme_id, $1, s.document, s.digest FROM unnest($2::text[], $3::text[], $4::text[]) AS s (programme_id, document, digest)`,
    [month, lists.map(({ programmeId }) => programmeId), lists.map(({ document }) => document), lists.map(({ digest }) => digest)],
  );
}

import { column, queryRows, rowType, type Tx } from '#database';
import type { Month } from '#kernel';
import type { ClosedDocument } from './month-record.ts';

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

/** Writes final statements of a month in one statement of SQL. @param proofs by company */
export async function insertStatements(
  tx: Tx,
  month: Month,
  statements: readonly ClosedDocument[],
  proofs: ReadonlyMap<string, string>,
): Promise<void> {
  await tx.query(
    `INSERT INTO statement (tenant_id, month, document, digest, proof)
     SELECT s.tenant_id, $1, s.document, s.digest, s.proof
       FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS s (tenant_id, document, digest, proof)`,
    [month, ...columnsOf(statements, proofs)],
  );
}

/** Writes the final settlement lists of a month in one statement. @param proofs by programme */
export async function insertSettlementLists(
  tx: Tx,
  month: Month,
  lists: readonly ClosedDocument[],
  proofs: ReadonlyMap<string, string>,
): Promise<void> {
  await tx.query(
    `INSERT INTO settlement_list (programme_id, month, document, digest, proof)
     SELECT l.programme_id, $1, l.document, l.digest, l.proof
       FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS l (programme_id, document, digest, proof)`,
    [month, ...columnsOf(lists, proofs)],
  );
}

function columnsOf(documents: readonly ClosedDocument[], proofs: ReadonlyMap<string, string>): (string | undefined)[][] {
  return [
    documents.map(({ subject }) => subject),
    documents.map(({ document }) => document),
    documents.map(({ digest }) => digest),
    documents.map(({ subject }) => proofs.get(subject)),
  ];
}

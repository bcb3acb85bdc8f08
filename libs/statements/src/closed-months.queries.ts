import { z } from 'zod';
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

/** Where the final statements of a month that is being closed are until the record of the month is signed. */
const STAGED = 'pg_temp.closing_statement';

/** Makes the table for `stageStatements`, which the end of the transaction removes. */
export async function createStage(tx: Tx): Promise<void> {
  await tx.query(
    `CREATE TEMPORARY TABLE closing_statement (batch int NOT NULL, tenant_id text NOT NULL, document text NOT NULL, digest text NOT NULL,
                                               parts jsonb NOT NULL) ON COMMIT DROP`,
  );
}

/** Keeps statements in the database as the batch `batch`, so that they need not stay in memory. */
export async function stageStatements(tx: Tx, batch: number, statements: readonly ClosedDocument[]): Promise<void> {
  await tx.query(
    `INSERT INTO ${STAGED} (batch, tenant_id, document, digest, parts)
     SELECT $1, s.* FROM unnest($2::text[], $3::text[], $4::text[], $5::jsonb[]) AS s (tenant_id, document, digest, parts)`,
    [
      batch,
      statements.map(({ subject }) => subject),
      statements.map(({ document }) => document),
      statements.map(({ digest }) => digest),
      statements.map(({ parts }) => JSON.stringify(parts)),
    ],
  );
}

const STAGED_ROW = rowType({
  subject: column.text,
  digest: column.text,
  parts: column.json(z.record(z.string(), z.array(z.string()))),
});

/** The statements of a batch, without their texts. */
export async function stagedStatements(tx: Tx, batch: number): Promise<Omit<ClosedDocument, 'document'>[]> {
  const sql = `SELECT tenant_id AS subject, digest, parts FROM ${STAGED} WHERE batch = $1`;
  return await queryRows(tx, STAGED_ROW, sql, [batch]);
}

/** Writes a batch of staged statements as the final ones of `month`. @param proofs by company */
export async function insertStatements(tx: Tx, month: Month, batch: number, proofs: ReadonlyMap<string, string>): Promise<void> {
  await tx.query(
    `INSERT INTO statement (tenant_id, month, document, digest, proof)
     SELECT s.tenant_id, $1, s.document, s.digest, p.proof
       FROM ${STAGED} s JOIN unnest($3::text[], $4::text[]) AS p (tenant_id, proof) ON p.tenant_id = s.tenant_id
      WHERE s.batch = $2`,
    [month, batch, [...proofs.keys()], [...proofs.values()]],
  );
}

/** Removes what was staged. */
export async function dropStage(tx: Tx): Promise<void> {
  await tx.query(`DROP TABLE ${STAGED}`);
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
    [
      month,
      lists.map(({ subject }) => subject),
      lists.map(({ document }) => document),
      lists.map(({ digest }) => digest),
      lists.map(({ subject }) => proofs.get(subject)),
    ],
  );
}

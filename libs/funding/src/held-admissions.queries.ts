import { column, queryRows, rowType, type Tx } from '#database';

const HELD = rowType({ id: column.text });

/** Those of `admissionIds` that hold something, and those that are closed and hold something all the same; by id. */
export async function heldAdmissions(tx: Tx, admissionIds: readonly string[]): Promise<string[]> {
  const rows = await queryRows(
    tx,
    HELD,
    `SELECT DISTINCT a.id FROM funding_share s JOIN funding_admission a ON a.id = s.admission_id
      WHERE s.held > 0 AND (a.id = ANY ($1) OR a.closed_at IS NOT NULL) ORDER BY a.id`,
    [admissionIds],
  );
  return rows.map(({ id }) => id);
}

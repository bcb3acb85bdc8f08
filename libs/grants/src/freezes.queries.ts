import { column, queryRows, type RowOf, rowType, type Tx } from '#database';

const ROW = rowType({ grantId: column.text, at: column.instant, frozen: column.boolean });

/** A grant that was frozen, or was no longer frozen, from `at` on (rule F9). */
export type GrantFreeze = RowOf<typeof ROW>;

/** When the grants of `tenantIds` were frozen and unfrozen, in that order. */
export async function grantFreezes(tx: Tx, tenantIds: readonly string[]): Promise<GrantFreeze[]> {
  return await queryRows(
    tx,
    ROW,
    `SELECT grant_id AS "grantId", at, kind = 'frozen' AS frozen FROM grant_event
      WHERE tenant_id = ANY ($1) AND kind IN ('frozen', 'unfrozen') ORDER BY at, id`,
    [tenantIds],
  );
}

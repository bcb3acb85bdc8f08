import { column, matchRank, queryRows, rankColumn, RELATED, type RowOf, rowType, type TextSearch, type Tx } from '#database';

/** Grants that are looked for: by their own text, and all of these companies and programmes. */
export interface GrantSearch extends TextSearch {
  readonly tenantId?: string;
  readonly companyIds: readonly string[];
  readonly programmeIds: readonly string[];
}

const FOUND_GRANT = rowType({ rank: rankColumn, id: column.text, name: column.text, tenantId: column.text });
export type FoundGrant = RowOf<typeof FOUND_GRANT>;

/** Grants by id or name, the best match first, the latest of equal ones first; then those of the companies and programmes. */
export async function searchGrants(tx: Tx, { text, limit, tenantId, companyIds, programmeIds }: GrantSearch): Promise<FoundGrant[]> {
  return await queryRows(
    tx,
    FOUND_GRANT,
    `SELECT * FROM (SELECT coalesce(${matchRank(1, 'id', 'name')},
                                    CASE WHEN tenant_id = ANY ($4) OR programme_id = ANY ($5) THEN ${RELATED} END) AS rank,
                           id, name, tenant_id AS "tenantId"
                      FROM subsidy_grant WHERE $3::text IS NULL OR tenant_id = $3) AS found
      WHERE rank IS NOT NULL ORDER BY rank, id DESC LIMIT $2`,
    [text, limit, tenantId ?? null, companyIds, programmeIds],
  );
}

import { column, matchRank, queryRows, rankColumn, RELATED, type RowOf, rowType, type TextSearch, type Tx } from '#database';
import { APPLICATION_STATUSES, PARK_KINDS } from './domain/application.ts';

/** Applications that are looked for: by their own text, and all of these companies and programmes. */
export interface ApplicationSearch extends TextSearch {
  /** The company of the reader; absent for the people of the park. */
  readonly tenantId?: string;
  readonly companyIds: readonly string[];
  readonly programmeIds: readonly string[];
}

const FOUND_APPLICATION = rowType({
  rank: rankColumn,
  id: column.text,
  tenantId: column.text,
  programmeId: column.text,
  status: column.oneOf(APPLICATION_STATUSES),
});
export type FoundApplication = RowOf<typeof FOUND_APPLICATION>;

/**
 * Applications that the reader may read, by id, purpose or contact, the best match first, the latest of equal ones first; then those of
 * the companies and programmes. The park reads no drafts, a company no proposal of the park that has not taken effect.
 */
export async function searchApplications(
  tx: Tx,
  { text, limit, tenantId, companyIds, programmeIds }: ApplicationSearch,
): Promise<FoundApplication[]> {
  return await queryRows(
    tx,
    FOUND_APPLICATION,
    `SELECT * FROM (SELECT coalesce(${matchRank(1, 'id', 'purpose', 'contact_name')},
                                    CASE WHEN tenant_id = ANY ($4) OR programme_id = ANY ($5) THEN ${RELATED} END) AS rank,
                           id, tenant_id AS "tenantId", programme_id AS "programmeId", status
                      FROM application
                     WHERE CASE WHEN $3::text IS NULL THEN round > 0
                                ELSE tenant_id = $3 AND (kind <> ALL ($6) OR status = 'approved') END) AS found
      WHERE rank IS NOT NULL ORDER BY rank, id DESC LIMIT $2`,
    [text, limit, tenantId ?? null, companyIds, programmeIds, PARK_KINDS],
  );
}

import { column, matchRank, queryRows, rankColumn, type RowOf, rowType, type TextSearch, type Tx } from '#database';

const FOUND_COMPANY = rowType({ rank: rankColumn, id: column.text, name: column.text, creditCode: column.text });
export type FoundCompany = RowOf<typeof FOUND_COMPANY>;

/** Companies by id, name, short name or credit code, the best match first. @param companyId only this one, where the reader belongs to it */
export async function searchCompanies(tx: Tx, { text, limit }: TextSearch, companyId?: string): Promise<FoundCompany[]> {
  return await queryRows(
    tx,
    FOUND_COMPANY,
    `SELECT * FROM (SELECT ${matchRank(1, 'id', 'name', 'slug', 'credit_code')} AS rank, id, name, credit_code AS "creditCode"
                      FROM company WHERE $3::text IS NULL OR id = $3) AS found
      WHERE rank IS NOT NULL ORDER BY rank, id DESC LIMIT $2`,
    [text, limit, companyId ?? null],
  );
}

const FOUND_MEMBER = rowType({ rank: rankColumn, id: column.text, name: column.text, email: column.text });
export type FoundMember = RowOf<typeof FOUND_MEMBER>;

/** The people of a company by id, name or address, the best match first. */
export async function searchMembers(tx: Tx, { text, limit }: TextSearch, companyId: string): Promise<FoundMember[]> {
  return await queryRows(
    tx,
    FOUND_MEMBER,
    `SELECT * FROM (SELECT ${matchRank(1, 'user_id', 'name', 'email')} AS rank, user_id AS id, name, email
                      FROM company_person WHERE company_id = $3) AS found
      WHERE rank IS NOT NULL ORDER BY rank, name, id LIMIT $2`,
    [text, limit, companyId],
  );
}

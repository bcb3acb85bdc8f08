import { column, matchRank, queryRows, rankColumn, type RowOf, rowType, type TextSearch, type Tx } from '#database';

const FOUND_USER = rowType({ rank: rankColumn, id: column.text, name: column.text, email: column.text });
export type FoundUser = RowOf<typeof FOUND_USER>;

/** Accounts of people by id, name or address, the best match first. */
export async function searchUsers(tx: Tx, { text, limit }: TextSearch): Promise<FoundUser[]> {
  return await queryRows(
    tx,
    FOUND_USER,
    `SELECT * FROM (SELECT ${matchRank(1, 'id', 'name', 'email')} AS rank, id, name, email FROM app_user) AS found
      WHERE rank IS NOT NULL ORDER BY rank, name, id LIMIT $2`,
    [text, limit],
  );
}

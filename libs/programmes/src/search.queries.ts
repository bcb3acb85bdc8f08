import { column, matchRank, queryRows, rankColumn, type RowOf, rowType, type TextSearch, type Tx } from '#database';
import type { Principal } from '#identity';
import { readsDrafts } from './domain/programme-readers.ts';

const FOUND_PROGRAMME = rowType({
  rank: rankColumn,
  id: column.text,
  name: column.text,
  code: column.text,
  funder: column.text,
});
export type FoundProgramme = RowOf<typeof FOUND_PROGRAMME>;

/** Programmes that `reader` may read, by id, code, name or funder, the best match first. */
export async function searchProgrammes(tx: Tx, reader: Principal, { text, limit }: TextSearch): Promise<FoundProgramme[]> {
  return await queryRows(
    tx,
    FOUND_PROGRAMME,
    `SELECT * FROM (SELECT ${matchRank(1, 'id', 'code', 'name', 'funder')} AS rank, id, name, code, funder
                      FROM programme WHERE $3 OR status <> 'draft') AS found
      WHERE rank IS NOT NULL ORDER BY rank, id DESC LIMIT $2`,
    [text, limit, readsDrafts(reader)],
  );
}

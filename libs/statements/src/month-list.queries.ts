import { column, queryRows, rowType, type Tx } from '#database';

const LISTED = rowType({
  month: column.text,
  closedAt: column.timestamp,
  closedBy: column.nullable(column.text),
  requestedBy: column.nullable(column.text),
  digest: column.nullable(column.text),
  keyId: column.nullable(column.text),
  statementCount: column.nullable(column.integer),
});

/** The closed months with what their records say. It is null where an earlier release closed a month without a record. */
export async function selectClosedMonths(tx: Tx) {
  return await queryRows(
    tx,
    LISTED,
    `SELECT m.month, m.closed_at AS "closedAt", r.digest, r.signature::json ->> 'keyId' AS "keyId",
            r.record::json -> 'closedBy' ->> 'name' AS "closedBy", r.record::json -> 'requestedBy' ->> 'name' AS "requestedBy",
            json_array_length(r.record::json -> 'statements') AS "statementCount"
       FROM closed_month AS m LEFT JOIN month_record AS r ON r.month = m.month`,
  );
}

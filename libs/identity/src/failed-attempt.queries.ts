import { column, execute, queryRows, rowType, type Tx } from '#database';

const EVERYWHERE = rowType({ failures: column.bigint, isKnown: column.boolean });
const COUNTED = rowType({ failures: column.integer });

/** Deletes some counters that nothing was added to since `before`; those that others have locked are left out. */
export async function deleteOldCounters(tx: Tx, before: Date): Promise<void> {
  await execute(
    tx,
    `DELETE FROM failed_attempt WHERE (account, network) IN
         (SELECT account, network FROM failed_attempt WHERE last_at < $1 LIMIT 100 FOR UPDATE SKIP LOCKED)`,
    [before],
  );
}

/** Failures of an account from all networks after `since`, and whether it was ever signed in to from `address`. */
export async function failuresEverywhere(
  tx: Tx,
  account: Buffer,
  email: string,
  address: string | null,
  since: Date,
): Promise<{ readonly failures: bigint; readonly isKnown: boolean } | undefined> {
  const [everywhere] = await queryRows(
    tx,
    EVERYWHERE,
    `SELECT coalesce(sum(failures), 0) AS failures,
         EXISTS (SELECT FROM session s JOIN app_user u ON u.id = s.user_id WHERE u.email = $2 AND s.address = $3) AS "isKnown"
       FROM failed_attempt WHERE account = $1 AND last_at > $4`,
    [account, email, address, since],
  );
  return everywhere;
}

/** Counts one more failure. @returns how many there are now */
export async function countFailure(tx: Tx, account: Buffer, network: string, now: Date): Promise<number> {
  const [counted] = await queryRows(
    tx,
    COUNTED,
    `UPDATE failed_attempt SET failures = failures + 1, last_at = $3 WHERE account = $1 AND network = $2 RETURNING failures`,
    [account, network, now],
  );
  return counted?.failures ?? 0;
}

import { execute, type Tx } from '#database';

const BATCH = 5_000;

/** Deletes invitations that were accepted, revoked or over before an instant, a bounded number at a time. Answers how many. */
export async function deleteEndedInvitations(tx: Tx, before: Date): Promise<number> {
  return await execute(
    tx,
    `DELETE FROM invitation WHERE id IN (SELECT id FROM invitation WHERE least(expires_at, accepted_at, revoked_at) < $1 LIMIT ${BATCH})`,
    [before],
  );
}
